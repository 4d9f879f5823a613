import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { ApiClient, type CallOptions, type ServiceAddress } from "../harness/api-client.js";
import { DpopKey } from "../harness/dpop-key.js";
import { EventStream } from "../harness/event-stream.js";
import type { ApiResponse } from "../harness/send.js";
import { useOwnService } from "../harness/service.js";
import { invite, newEmail, newPassword, passwordLink } from "../harness/users.js";

const SECRET = randomBytes(32);
const OLD_SECRET = randomBytes(40);
const METRICS_TOKEN = `metrics-${randomBytes(16).toString("hex")}`;
const service = useOwnService({
  CURFEW_LOG_LEVEL: "trace",
  CURFEW_SECRET: `${SECRET.toString("base64")},${OLD_SECRET.toString("base64")}`,
  CURFEW_METRICS_TOKEN: METRICS_TOKEN,
});

/** The secrets that must not appear anywhere, by name, and the responses received. */
class Collection {
  readonly secrets = new Map<string, Buffer>();
  readonly cookieValues = new Set<string>();
  readonly responses: ApiResponse[] = [];

  add(name: string, value: string): void {
    this.secrets.set(`${name}: ${value}`, Buffer.from(value));
    for (const encoding of ["base64", "hex"] as const)
      this.secrets.set(
        `${name} in ${encoding}: ${value}`,
        Buffer.from(Buffer.from(value).toString(encoding)),
      );
  }

  /** Adds a base64url value, and the bytes that it encodes. */
  addBytes(name: string, text: string): void {
    this.add(name, text);
    this.secrets.set(`bytes of ${name}: ${text}`, Buffer.from(text, "base64url"));
  }

  addTokensOf(client: ApiClient): void {
    const { access_token, refresh_token } = client.signedIn;
    const cookie = client.cookies.get(client.cookieName);
    for (const token of [access_token, refresh_token, cookie].filter((token) => token !== undefined)) {
      this.add("token", token);
      this.addBytes("MAC or signature", token.split(".").at(-1) ?? "");
    }
    if (cookie !== undefined) this.cookieValues.add(cookie);
  }
}

/** A client that collects its proofs, tokens and responses. */
class CollectingClient extends ApiClient {
  readonly collection: Collection;

  constructor(
    target: ServiceAddress,
    collection: Collection,
    options: ConstructorParameters<typeof ApiClient>[1] = {},
  ) {
    super(target, options);
    this.collection = collection;
  }

  override proofFor(method: string, path: string): string {
    const proof = super.proofFor(method, path);
    this.collection.addBytes("proof", proof);
    this.collection.addBytes("proof's signature", proof.split(".").at(-1) ?? "");
    return proof;
  }

  override async call(method: string, path: string, call: CallOptions = {}): Promise<ApiResponse> {
    const response = await super.call(method, path, call);
    this.collection.responses.push(response);
    if (response.text.includes('"access_token"')) this.collection.addTokensOf(this);
    return response;
  }
}

/** Calls every operation, with requests that succeed and requests that fail. */
async function callEveryOperation(collection: Collection): Promise<void> {
  const target = service();
  const secretPassword = (): string => {
    const password = newPassword();
    collection.add("password", password);
    return password;
  };
  const owner = new CollectingClient(target, collection, { key: new DpopKey() });
  Object.assign(owner, { email: newEmail(), password: secretPassword() });
  const { email, password } = owner;
  await owner.post("/api/auth/register", { account_name: "A", name: "N", email, password });
  await owner.post(
    "/api/auth/register",
    { account_name: "A", name: "N", email, password },
    { cookies: false },
  );
  await owner.post("/api/auth/register", { account_name: 1, password: secretPassword() }, { cookies: false });

  for (const password of [secretPassword(), secretPassword()]) await owner.login({ password });
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
    collection.add("presented", bearer);
    await owner.get("/api/auth/session", { bearer });
  }
  const stream = await EventStream.open(owner);
  await stream.next("session.state");
  await owner.get("/metrics", { bearer: METRICS_TOKEN });

  await manageMembers(owner, collection, secretPassword);
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

async function manageMembers(
  owner: CollectingClient,
  collection: Collection,
  secretPassword: () => string,
): Promise<void> {
  const { token } = await invite(owner);
  const again = await invite(owner);
  for (const invitation of [token, again.token]) collection.addBytes("invitation", invitation);
  const member = new CollectingClient(owner.service, collection, { transport: "body" });
  await member.post("/api/auth/invitation", { token });
  await member.post("/api/auth/accept-invitation", { token, password: "short" });
  await member.post("/api/auth/accept-invitation", { token, password: secretPassword(), transport: "body" });
  await member.post("/api/auth/accept-invitation", { token, password: secretPassword() });
  await owner.delete(`/api/accounts/me/members/${(await invite(owner)).member.id}`);
  const link = await passwordLink(owner, member.user.id);
  collection.addBytes("password link", link);
  await member.post("/api/auth/password-link", { token: link });
  await member.post("/api/auth/reset-password", { token: link, password: "short" });
  await member.post("/api/auth/reset-password", {
    token: link,
    password: secretPassword(),
    transport: "body",
  });
  await member.post("/api/auth/reset-password", { token: link, password: secretPassword() });
  for (let round = 0; round < 3; round += 1) await member.refresh();
  await member.patch("/api/users/me", { email: newEmail(), current_password: secretPassword() });
  for (const path of ["/api/users/me", "/api/users/me/export", "/api/users/me/sessions"])
    await member.get(path);
  await owner.patch("/api/accounts/me", { name: "Another Name" });
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

describe("secrets stay out of the database, the log and responses", () => {
  const collection = new Collection();
  beforeAll(async () => {
    for (const secret of [SECRET, OLD_SECRET]) {
      collection.add("secret", secret.toString("base64"));
      collection.secrets.set("bytes of the secret", secret);
      collection.secrets.set("secret in hex", Buffer.from(secret.toString("hex")));
    }
    collection.add("metrics token", METRICS_TOKEN);
    await callEveryOperation(collection);
  });

  test("at CURFEW_LOG_LEVEL=trace, the log names nobody after every operation was called", () => {
    const answers = collection.responses.map(({ text }) => text).join("\n");
    const emails = new Set(answers.match(/[\w.+-]+@[\w.-]+/g));
    const names = new Set([...answers.matchAll(/"name":"([^"]{4,})"/g)].map(([, name = ""]) => name));
    expect(emails.size).toBeGreaterThan(3);
    expect(names).toContain("Mina Member");
    const log = service().output();
    expect([...emails, ...names].filter((text) => log.includes(text))).toEqual([]);
  });

  test("at CURFEW_LOG_LEVEL=trace, no password, token, proof, link or secret appears anywhere after every operation was called", async () => {
    expect(collection.secrets.size).toBeGreaterThan(100);

    const readLocations = (): [string, Buffer][] => [
      ["the output", Buffer.from(service().output())],
      ...filesOf(service().dataDir),
    ];
    const running = readLocations();
    await service().stop();
    const stopped = readLocations();
    expect(running.length).toBeGreaterThan(1);
    expect(running[0]?.[1].length, "trace writes a log").toBeGreaterThan(1_000);
    const leaks = [...running, ...stopped].flatMap(([location, content]) =>
      [...collection.secrets]
        .filter(([, value]) => content.includes(value))
        .map(([name]) => `${name} in ${location}`),
    );
    expect(leaks).toEqual([]);

    const inBodies = collection.responses.flatMap(({ text }) =>
      [...collection.cookieValues].filter((value) => text.includes(value)),
    );
    expect(inBodies).toEqual([]);
    const echoed = collection.responses
      .filter(({ status }) => status >= 400)
      .flatMap(({ text }) =>
        [...collection.secrets].filter(([, value]) => text.includes(value.toString("latin1"))),
      )
      .map(([name]) => name);
    expect(echoed).toEqual([]);
  });
});
