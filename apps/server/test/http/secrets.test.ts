import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { DpopKey } from "../harness/dpop-key.js";
import { EventStream } from "../harness/event-stream.js";
import { invite, newEmail, newPassword } from "../harness/people.js";
import type { Answer } from "../harness/send.js";
import { useService } from "../harness/service.js";
import { type Reachable, Visitor, type VisitorCall } from "../harness/visitor.js";

const SECRET = randomBytes(32);
const OLD_SECRET = randomBytes(40);
const METRICS_TOKEN = `metrics-${randomBytes(16).toString("hex")}`;
const service = useService({
  CURFEW_LOG_LEVEL: "trace",
  CURFEW_SECRET: `${SECRET.toString("base64")},${OLD_SECRET.toString("base64")}`,
  CURFEW_METRICS_TOKEN: METRICS_TOKEN,
});

/** What must be nowhere, by name, and every answer that was got meanwhile. */
class Collection {
  readonly secrets = new Map<string, Buffer>();
  readonly cookieValues = new Set<string>();
  readonly answers: Answer[] = [];

  keep(name: string, value: string): void {
    this.secrets.set(`${name}: ${value}`, Buffer.from(value));
    for (const encoding of ["base64", "hex"] as const)
      this.secrets.set(
        `${name} in ${encoding}: ${value}`,
        Buffer.from(Buffer.from(value).toString(encoding)),
      );
  }

  /** A value that is bytes written as text: neither may be found. */
  keepBytes(name: string, text: string): void {
    this.keep(name, text);
    this.secrets.set(`bytes of ${name}: ${text}`, Buffer.from(text, "base64url"));
  }

  keepTokensOf(visitor: Visitor): void {
    const { access_token, refresh_token } = visitor.signedIn;
    const cookie = visitor.cookies.get("curfew_refresh");
    for (const token of [access_token, refresh_token, cookie].filter((found) => found !== undefined)) {
      this.keep("token", token);
      this.keepBytes("MAC or signature", token.split(".").at(-1) ?? "");
    }
    if (cookie !== undefined) this.cookieValues.add(cookie);
  }
}

/** A visitor whose every proof, token and answer is collected. */
class Watched extends Visitor {
  readonly collection: Collection;

  constructor(at: Reachable, collection: Collection, options: ConstructorParameters<typeof Visitor>[1] = {}) {
    super(at, options);
    this.collection = collection;
  }

  override proofFor(method: string, path: string): string {
    const proof = super.proofFor(method, path);
    this.collection.keepBytes("proof", proof);
    this.collection.keepBytes("proof's signature", proof.split(".").at(-1) ?? "");
    return proof;
  }

  override async call(method: string, path: string, call: VisitorCall = {}): Promise<Answer> {
    const answer = await super.call(method, path, call);
    this.collection.answers.push(answer);
    if (answer.text.includes('"access_token"')) this.collection.keepTokensOf(this);
    return answer;
  }
}

/** Calls everything, in ways that succeed and in ways that fail. */
async function driveEverything(collection: Collection): Promise<void> {
  const at = service();
  const secretPassword = (): string => {
    const password = newPassword();
    collection.keep("password", password);
    return password;
  };
  const owner = new Watched(at, collection, { key: new DpopKey() });
  Object.assign(owner, { email: newEmail(), password: secretPassword() });
  const { email, password } = owner;
  await owner.post("/api/auth/register", { account_name: "A", name: "N", email, password });
  await owner.post(
    "/api/auth/register",
    { account_name: "A", name: "N", email, password },
    { cookies: false },
  );
  await owner.post("/api/auth/register", { account_name: 1, password: secretPassword() }, { cookies: false });

  for (const wrong of [secretPassword(), secretPassword()]) await owner.login({ password: wrong });
  await owner.login({ password: [secretPassword()], unknown: secretPassword() });
  const raw = `{"email":"${email}","password":"${secretPassword()}"`;
  await owner.call("POST", "/api/auth/login", { raw, headers: { "content-type": "application/json" } });
  await owner.call("POST", "/api/auth/login", { raw, headers: { "content-type": "text/plain" } });
  await owner.login();

  for (const fields of [{}, { idle_for_seconds: 5 }, { idle_for_seconds: "x" }]) await owner.refresh(fields);
  await owner.refresh({}, { proof: null });
  await owner.refresh({}, { proof: owner.proofFor("GET", "/api/auth/refresh") });
  await owner.refresh({ refresh_token: owner.refreshToken.replace("cft1.", "cft2.") });

  for (const bearer of [`${owner.signedIn.access_token}x`, owner.refreshToken]) {
    collection.keep("presented", bearer);
    await owner.get("/api/auth/session", { bearer });
  }
  const stream = await EventStream.open(owner);
  await stream.next("session.state");
  await owner.get("/metrics", { bearer: METRICS_TOKEN });

  await manage(owner, collection, secretPassword);
  await owner.post("/api/users/me/password", { current_password: password, new_password: secretPassword() });
  await owner.post("/api/users/me/password", { current_password: secretPassword(), new_password: "short" });
  await owner.post("/api/users/me/password", {
    current_password: secretPassword(),
    new_password: secretPassword(),
  });
  await owner.post("/api/accounts/me/security/revoke-sessions");
  await owner.post("/api/auth/logout");
  stream.close();
}

async function manage(owner: Watched, collection: Collection, secretPassword: () => string): Promise<void> {
  const { token } = await invite(owner);
  const again = await invite(owner);
  for (const invitation of [token, again.token]) collection.keepBytes("invitation", invitation);
  const member = new Watched(owner.service, collection, { transport: "body" });
  await member.post("/api/auth/invitation", { token });
  await member.post("/api/auth/accept-invitation", { token, password: "short" });
  await member.post("/api/auth/accept-invitation", { token, password: secretPassword(), transport: "body" });
  await member.post("/api/auth/accept-invitation", { token, password: secretPassword() });
  for (let round = 0; round < 3; round += 1) await member.refresh();
  await member.get("/api/users/me/sessions");
  await owner.get("/api/accounts/me/security");
  await owner.patch("/api/accounts/me/security", { idle_minutes: 20, apply: "now" });
  await owner.refresh();
  await owner.get("/api/accounts/me/security/events", { headers: { accept: "text/csv" } });
  await owner.patch(`/api/accounts/me/members/${member.user.id}`, { disabled: true });
  await member.refresh();
  await member.post("/api/auth/logout", { refresh_token: member.refreshToken });
}

const filesOf = (directory: string): [string, Buffer][] =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => [entry.name, readFileSync(join(entry.parentPath, entry.name))]);

describe("nothing secret is in the database, the log or an answer", () => {
  test("at CURFEW_LOG_LEVEL=trace, after everything was called: no password, token, proof, link or secret anywhere", async () => {
    const collection = new Collection();
    for (const secret of [SECRET, OLD_SECRET]) {
      collection.keep("secret", secret.toString("base64"));
      collection.secrets.set("bytes of the secret", secret);
      collection.secrets.set("secret in hex", Buffer.from(secret.toString("hex")));
    }
    collection.keep("metrics token", METRICS_TOKEN);
    await driveEverything(collection);
    expect(collection.secrets.size).toBeGreaterThan(100);

    const places = (): [string, Buffer][] => [
      ["the output", Buffer.from(service().output())],
      ...filesOf(service().dataDir),
    ];
    const running = places();
    await service().stop();
    const stopped = places();
    expect(running.length).toBeGreaterThan(1);
    expect(running[0]?.[1].length, "trace writes a log").toBeGreaterThan(1_000);
    const found = [...running, ...stopped].flatMap(([place, content]) =>
      [...collection.secrets]
        .filter(([, value]) => content.includes(value))
        .map(([name]) => `${name} in ${place}`),
    );
    expect(found).toEqual([]);

    const inBodies = collection.answers.flatMap(({ text }) =>
      [...collection.cookieValues].filter((value) => text.includes(value)),
    );
    expect(inBodies).toEqual([]);
    const echoed = collection.answers
      .filter(({ status }) => status >= 400)
      .flatMap(({ text }) =>
        [...collection.secrets].filter(([, value]) => text.includes(value.toString("latin1"))),
      )
      .map(([name]) => name);
    expect(echoed).toEqual([]);
  });
});
