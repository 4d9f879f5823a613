import { randomUUID } from "node:crypto";
import type { ApiClient, ServiceAddress } from "../api-client.js";
import { DpopKey } from "../dpop-key.js";
import type { Random } from "../random.js";
import type { ApiResponse } from "../send.js";
import { newMember, newOwner } from "../users.js";
import type { UserState } from "../wire.js";

const REMEMBERED = 12;

/** The people of an account, whose calls may end their own sessions, and what their calls have learnt. */
export class Cast {
  owner: ApiClient;
  member: ApiClient;
  /** Who makes the next call. */
  caller: ApiClient;
  readonly #foreignIds: readonly string[];
  #strangersToken = "";
  readonly #key = new DpopKey();
  /** What a field of this name can have, newest last. */
  readonly #learnt = new Map<string, string[]>();

  private constructor(owner: ApiClient, member: ApiClient, foreignIds: readonly string[]) {
    this.owner = owner;
    this.member = member;
    this.caller = owner;
    this.#foreignIds = foreignIds;
  }

  static async create(service: ServiceAddress): Promise<Cast> {
    const owner = await newOwner(service);
    const stranger = await newOwner(service, { transport: "body" });
    const cast = new Cast(owner, await newMember(owner), [stranger.user.id, stranger.sessionId]);
    // Whatever the calls end in the account, this one can be refreshed.
    cast.#strangersToken = stranger.refreshToken;
    return cast;
  }

  /** An id of this account's, of another's, or of nothing. */
  id(of: "user" | "session", random: Random): string {
    const own = [this.owner, this.member].map(({ user, sessionId }) => (of === "user" ? user.id : sessionId));
    return random.pick([
      random.pick(this.#foreignIds),
      randomUUID(),
      random.pick(own),
      random.pick(this.#learnt.get("id") ?? own),
    ]);
  }

  /** A value that means something to the service in a field of this name; undefined for none. */
  knownValue(name: string, random: Random): string | undefined {
    if (random.chance(0.4)) return undefined;
    if (name === "email") return this.owner.email;
    if (name === "account_name")
      return this.#learnt.get("account_name")?.at(-1) ?? this.owner.user.account.name;
    if (name === "password") return this.owner.password;
    if (name === "current_password") return this.caller.password;
    if (name === "refresh_token" && random.chance(0.3)) return this.#strangersToken;
    const learnt = this.#learnt.get(name);
    return learnt === undefined ? undefined : random.pick(learnt);
  }

  proof(method: string, path: string): string {
    return this.#key.proof({ method, url: `${this.owner.service.publicUrl}${path}` });
  }

  /** Remembers the ids, cursors and tokens of an answer. */
  learn(answer: ApiResponse): void {
    if (answer.status < 300 && /\bjson/.test(String(answer.headers["content-type"])))
      this.#learnFrom(answer.json<unknown>());
  }

  #learnFrom(node: unknown): void {
    if (typeof node !== "object" || node === null) return;
    // A refresh tells it, and so does a new name; of another account it is the wrong one.
    if ("created_at" in node && "name" in node) this.#remember("account_name", String(node.name));
    for (const [name, value] of Object.entries(node))
      if (typeof value !== "string") this.#learnFrom(value);
      else if (name === "id" || name === "user_id") this.#remember("id", value);
      else if (name === "next_cursor") this.#remember("cursor", value);
      else if (name === "refresh_token") this.#remember(name, value);
      else if (name === "url") this.#remember("token", value.split("#")[1] ?? "");
  }

  #remember(name: string, value: string): void {
    const values = this.#learnt.get(name) ?? [];
    this.#learnt.set(name, [...values.filter((known) => known !== value), value].slice(-REMEMBERED));
  }

  /** Gives back what calls have taken: sessions, roles, and people who can sign in. */
  async restore(): Promise<void> {
    if (!(await isSignedIn(this.owner, "owner"))) {
      this.owner = await newOwner(this.owner.service);
      this.#learnt.delete("account_name");
    }
    if (!(await isSignedIn(this.member, "member"))) this.member = await newMember(this.owner);
  }
}

/** Whether a person has this role and a live session, if need be a new one. */
async function isSignedIn(client: ApiClient, role: string): Promise<boolean> {
  const answer = await client.get("/api/auth/session");
  if (answer.status === 200) return answer.json<{ user: UserState }>().user.role === role;
  const isLive = (await client.refresh()).status === 200 || (await client.login()).status === 200;
  return isLive && client.user.role === role;
}
