import { createCurfew } from "@curfew/core";
import { createSqlStore, migrateStore } from "@curfew/sql";
import { openSqlite } from "@curfew/sql/sqlite";

export const publicUrl = "http://localhost:3000";
export const secret = new Uint8Array(32).fill(7);
export const nobody = { userId: null, sessionId: null, ip: null };

/** Says who calls by a cookie, as the host's own sign-in does. */
const PEOPLE = { ada: "owner", ben: "member" };

export async function openEngine(options = { path: null }) {
  const database = openSqlite(options);
  await migrateStore(database);
  const store = createSqlStore(database);
  const curfew = createCurfew({ store, secret, issuer: publicUrl, owners: "host" });
  await curfew.ready();
  const close = async () => {
    await curfew.close();
    await database.close();
  };
  return { curfew, close };
}

export const userOf = (id) => ({ id, name: id, email: `${id}@acme.example`, role: PEOPLE[id] });

/** `hostSession` of a host whose cookie names the person. */
export function byCookie(request) {
  const id = /person=(\w+)/.exec(request.headers.get("cookie") ?? "")?.[1];
  return id === undefined
    ? null
    : { accountId: "acme", hostSessionId: `session of ${id}`, user: userOf(id), startedAt: Date.now() };
}

/** Makes calls as a browser of one origin, with a cookie jar. */
export function browserOf(origin) {
  const cookies = new Map();
  return async (method, path, body) => {
    const response = await fetch(`${origin}${path}`, {
      method,
      redirect: "manual",
      headers: {
        cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; "),
        "sec-fetch-site": "same-origin",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      cookies.set(name, value);
    }
    const text = await response.text();
    return {
      status: response.status,
      body: text.startsWith("{") || text.startsWith('"') ? JSON.parse(text) : text,
    };
  };
}

/**
 * What every host is tried for: nobody, a person at work, a member at an owner's route, the owner's policy, everyone out, and why.
 *
 * @param {(id: string) => (call: Function) => Promise<unknown>} signIn
 */
export async function tell(origin, signIn) {
  const [nobodys, ada, ben] = [browserOf(origin), browserOf(origin), browserOf(origin)];
  const said = { nobody: (await nobodys("GET", "/reports")).body.code };
  await signIn("ada")(ada);
  await signIn("ben")(ben);
  said.owner = (await ada("GET", "/reports")).body;
  said.member = (await ben("GET", "/reports")).body.code;
  said.session = (await ben("GET", "/api/auth/session")).body.user?.id;
  said.policy = (await ada("PATCH", "/api/accounts/me/security", { idle_minutes: 30 })).body.idle_minutes;
  said.everyoneOut = (await ada("POST", "/api/accounts/me/security/revoke-sessions", {})).status;
  const { status, body } = await ben("GET", "/reports");
  said.after = [status, body.code, body.reason];
  return said;
}

export const print = (value) => process.stdout.write(JSON.stringify(value));
