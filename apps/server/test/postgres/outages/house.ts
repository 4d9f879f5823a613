import { DpopKey } from "../../harness/dpop-key.js";
import { newEmail, newPassword } from "../../harness/people.js";
import type { Answer } from "../../harness/send.js";
import type { Visitor, VisitorOptions } from "../../harness/visitor.js";
import type { Security } from "../../harness/wire.js";
import { Client } from "./client.js";
import { Listening } from "./listening.js";
import type { Watcher } from "./watcher.js";

const PLACES = [0, 1, 2] as const;
const SECURITY = "/api/accounts/me/security";
const PAUSE_MS = 100;
/** How long an ended session is tried at the others: longer than whatever bound there is. */
const TRIED_FOR_MS = 2500;
const STREAM_OPENS_WITHIN_MS = 500;
/** How many sessions stay open until somebody signs all others out. */
const KEPT = 3;

const pause = (ms = PAUSE_MS) => new Promise((resolve) => setTimeout(resolve, ms));

/** Kinds of client: a browser, a program with a key, a program without. */
const kindOf = (nth: number): VisitorOptions =>
  [
    { key: new DpopKey() },
    { key: new DpopKey(), transport: "body" as const },
    { transport: "body" as const },
  ][nth % 3] ?? {};

interface Ending {
  readonly reason: string;
  readonly ends: readonly Client[];
  readonly act: (place: number) => Promise<Answer>;
}

/** One account: its owner stays, signs in on other devices and ends those sessions again, and keeps what was answered. */
export class House {
  readonly owner: Client;
  readonly gone: Client[] = [];
  kept: Client[] = [];
  /** The override of the idle minutes that was last answered. */
  idleMinutes: number | null = null;
  readonly #watcher: Watcher;
  readonly #home: number;
  readonly #running: Promise<void>[] = [];
  #visits = 0;

  private constructor(watcher: Watcher, home: number) {
    this.#watcher = watcher;
    this.#home = home;
    this.owner = new Client(watcher, kindOf(home));
  }

  /** @param home the place of the replica that acts are tried at first */
  static async found(watcher: Watcher, home: number): Promise<House> {
    const house = new House(watcher, home);
    const visitor = house.owner.at(home);
    visitor.email = newEmail();
    visitor.password = newPassword();
    const { email, password } = visitor;
    const fields = {
      account_name: "Example Ltd",
      name: "Olive Owner",
      email,
      password,
      ...visitor.transport(),
    };
    const answer = await house.owner.granted(() => visitor.post("/api/auth/register", fields));
    if (answer?.status !== 201) throw new Error(`registration answered ${answer?.text}`);
    return house;
  }

  /** Everything that goes on here until the watch is over. */
  live(): void {
    for (const place of PLACES) {
      this.#while(() => this.#use(place));
      this.#meanwhile(new Listening(this.#watcher, this.owner, place).run());
    }
    this.#while(() => this.#visit());
  }

  /** Waits until all that had begun has ended. */
  async left(): Promise<void> {
    for (let nth = 0; nth < this.#running.length; nth++) await this.#running[nth];
  }

  /** Holds every session to what was answered last, at every replica; nothing is broken any more. */
  async expectAsAnswered(): Promise<void> {
    for (const client of [this.owner, ...this.kept, ...this.gone]) {
      await client.renew(this.#home);
      for (const place of PLACES) if (client.isUsable) await client.call(place);
    }
    for (const place of PLACES) await this.#expectPolicy(place);
  }

  async #expectPolicy(place: number): Promise<void> {
    const answer = await this.#watcher.ask(place, () => this.owner.at(place).get(SECURITY));
    if (answer?.status !== 200) return;
    const { idle_minutes: found } = answer.as<Security>();
    if (found !== this.idleMinutes)
      this.#watcher.faults.push(
        `replica ${place} has the policy ${found}, and ${this.idleMinutes} was answered`,
      );
  }

  async #use(place: number): Promise<void> {
    if (this.owner.isDue) await this.owner.renew(place);
    if (this.owner.isUsable) await this.owner.call(place);
    await pause();
  }

  async #visit(): Promise<void> {
    await pause();
    const nth = this.#visits++;
    const client = await this.#signIn(nth);
    if (client === null || !(await this.#untilDone((place) => client.renew(place)))) return;
    for (const place of PLACES) this.#meanwhile(client.call(place));
    if (nth % 2 === 0) await this.#listen(client, (this.#home + 1 + (nth % 4) / 2) % PLACES.length);
    if (nth % 4 === 3) await this.#changePolicy(60 + nth);
    if (nth % 5 === 4 && this.kept.length < KEPT) this.kept.push(client);
    else await this.#end(this.#endingOf(client, nth));
  }

  async #signIn(nth: number): Promise<Client | null> {
    const client = new Client(this.#watcher, kindOf(nth));
    const { email, password } = this.owner.visitor;
    Object.assign(client.visitor, { email, password });
    const ask = () => this.#watcher.ask(this.#home, () => client.at(this.#home).login());
    const answer = await client.granted(ask);
    this.#expectStatus("a sign-in", answer, [200]);
    return answer?.status === 200 ? client : null;
  }

  async #listen(client: Client, place: number): Promise<void> {
    const listening = new Listening(this.#watcher, client, place);
    this.#meanwhile(listening.run());
    const giveUpAt = Date.now() + STREAM_OPENS_WITHIN_MS;
    while (!listening.isOpen && Date.now() < giveUpAt) await pause();
  }

  async #changePolicy(idleMinutes: number): Promise<void> {
    const ask = (place: number) =>
      this.#watcher.ask(place, () => this.owner.at(place).patch(SECURITY, { idle_minutes: idleMinutes }));
    const answer = await this.#untilDone(ask);
    this.#expectStatus("a change of the policy", answer, [200]);
    if (answer?.status === 200) this.idleMinutes = idleMinutes;
    await this.#expectPolicy((this.#home + 1) % PLACES.length);
  }

  #endingOf(client: Client, nth: number): Ending {
    const { owner } = this;
    const one = (path: string, reason: string): Ending => ({
      reason,
      ends: [client],
      act: (place) => owner.at(place).delete(`${path}/${client.id}`),
    });
    const others = (path: string, json: unknown, reason: string): Ending => ({
      reason,
      ends: [client, ...this.kept.splice(0)],
      act: (place) => owner.at(place).post(path, json),
    });
    switch (nth % 6) {
      case 0:
        return one(`${SECURITY}/sessions`, "revoked_by_owner");
      case 1:
        return others(`${SECURITY}/revoke-sessions`, { scope: "others" }, "revoked_by_owner");
      case 2:
        return one("/api/users/me/sessions", "revoked_by_user");
      case 3:
        return others("/api/users/me/sessions/revoke-others", undefined, "revoked_by_user");
      default:
        return { reason: "signed_out", ends: [client], act: (place) => signOut(client.at(place)) };
    }
  }

  async #end({ reason, ends, act }: Ending): Promise<void> {
    let place = this.#home;
    let attempts = 0;
    const answer = await this.#untilDone((at) => {
      for (const client of ends) client.doubt(reason);
      place = at;
      attempts += 1;
      return this.#watcher.ask(at, () => act(at));
    });
    // It is not found where an earlier try ended it, whose answer was lost.
    this.#expectStatus("an ending", answer, attempts > 1 ? [200, 204, 404] : [200, 204]);
    if (answer === null) return;
    for (const client of ends) client.end(reason, place);
    this.gone.push(...ends);
    this.#watcher.ended += ends.length;
    for (const client of ends) {
      for (const at of PLACES) this.#meanwhile(this.#tryOn(client, at));
      this.#meanwhile(client.renew((place + 1) % PLACES.length));
    }
  }

  async #tryOn(client: Client, place: number): Promise<void> {
    const endAt = Date.now() + TRIED_FOR_MS;
    while (Date.now() < endAt && (await client.call(place))?.status !== 401) await pause();
    this.#watcher.tried += 1;
  }

  /** Asks one replica after another, as a client does that is told to try again; null where the watch ended first. */
  async #untilDone(ask: (place: number) => Promise<Answer | null>): Promise<Answer | null> {
    for (let place = this.#home; ; place = (place + 1) % PLACES.length) {
      const answer = await ask(place);
      if (answer !== null && answer.status !== 503) return answer;
      await pause();
    }
  }

  #expectStatus(what: string, answer: Answer | null, expected: readonly number[]): void {
    if (answer !== null && answer.status !== 503 && !expected.includes(answer.status))
      this.#watcher.faults.push(`${what} was answered ${answer.status} ${answer.text}`);
  }

  #while(act: () => Promise<void>): void {
    const loop = async (): Promise<void> => {
      while (!this.#watcher.isOver) await act();
    };
    this.#meanwhile(loop());
  }

  #meanwhile(task: Promise<unknown>): void {
    this.#running.push(
      task.then(
        () => {},
        (error: unknown) => void this.#watcher.faults.push(String(error)),
      ),
    );
  }
}

/** Signs out, and keeps the token all the same: whoever stole it would. */
async function signOut(visitor: Visitor): Promise<Answer> {
  const { refreshToken } = visitor;
  const answer = await visitor.post("/api/auth/logout");
  if (visitor.options.transport !== "body") visitor.cookies.set("curfew_refresh", refreshToken);
  return answer;
}
