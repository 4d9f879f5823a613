import { curfew } from "@curfew/better-auth";
import { betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import { organization } from "better-auth/plugins";
import Database from "better-sqlite3";
import { nobody, openEngine, print, publicUrl, secret } from "./engine.js";

/** Better-auth and Curfew on one connection of SQLite, which the host opens and closes. */
const database = new Database(":memory:");
const { curfew: engine, close } = await openEngine({ database });
const options = {
  baseURL: publicUrl,
  secret: "a secret of better-auth that is long enough, Xy7!",
  database,
  emailAndPassword: { enabled: true },
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
  plugins: [organization(), curfew({ curfew: engine, publicUrl, secrets: [secret], activity: "reported" })],
};
await (await getMigrations(options)).runMigrations();
const auth = betterAuth(options);

const cookies = new Map();
async function call(method, path, body) {
  const response = await auth.handler(
    new Request(`${publicUrl}/api/auth${path}`, {
      method,
      headers: {
        origin: publicUrl,
        cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; "),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
  );
  for (const cookie of response.headers.getSetCookie()) {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
    cookies.set(name, value);
  }
  return { status: response.status, body: await response.json().catch(() => null) };
}

await call("POST", "/sign-up/email", {
  name: "Ada",
  email: "ada@acme.example",
  password: "correct horse battery",
});
const { body: acme } = await call("POST", "/organization/create", { name: "Acme", slug: "acme" });
await call("POST", "/organization/set-active", { organizationId: acme.id });
const said = {
  signedIn: (await call("GET", "/get-session")).body.user.name,
  policy: (await call("GET", "/curfew/accounts/me/security")).status,
};
await engine.revoke.account(acme.id, { actor: nobody });
const { status, body } = await call("GET", "/organization/list-members");
print({
  ...said,
  after: [status, body.code, body.reason],
  session: (await call("GET", "/get-session")).body,
});
await close();
database.close();
