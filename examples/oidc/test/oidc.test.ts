import { once } from "node:events";
import { request } from "node:http";
import { SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { KEY_ID, type RunningProduct, runProduct } from "./running-product.js";
import { createVisitor, type Visitor } from "./visitor.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let product: RunningProduct;

beforeAll(async () => {
  product = await runProduct();
}, 300_000);

afterAll(() => product?.stop());

const at = (path: string): string => product.origin + path;
const isAtProvider = ({ url }: { url: URL }): boolean => url.origin === product.issuer;

/** Goes through the provider's page, which must ask for the password. */
async function signIn(visitor: Visitor, email: string, path = "/sign-in/provider"): Promise<URL> {
  const asked = await visitor.go(at(path));
  expect(asked.url.pathname).toMatch(/^\/interaction\//);
  return (await visitor.go(asked.url, { email, password: "an example password" })).url;
}

async function signedIn(email: string): Promise<Visitor> {
  const visitor = createVisitor();
  expect((await signIn(visitor, email)).href).toBe(at("/"));
  return visitor;
}

const jsonOf = async <T>(visitor: Visitor, path: string): Promise<T> =>
  (await visitor.call("GET", at(path))).json() as T;

const sessionOf = async (visitor: Visitor) =>
  (
    await jsonOf<{ session: { id: string; started_at: string; absolute_expires_in_ms: number } }>(
      visitor,
      "/api/auth/session",
    )
  ).session;

const policyOf = (visitor: Visitor) =>
  jsonOf<{ active_session_count: number; version: number }>(visitor, "/api/accounts/me/security");

const setIdle = (visitor: Visitor, minutes: number): Promise<Response> =>
  visitor.call("PATCH", at("/api/accounts/me/security"), { idle_minutes: minutes });

describe("a product whose people sign in with an OpenID provider", () => {
  test("takes the provider's word for when a person proved who they are, and asks again to loosen the policy", async () => {
    const ada = await signedIn("ada@acme.example");
    expect((await setIdle(ada, 30)).status).toBe(200);
    // The provider still knows her nine minutes later, in another session here.
    await product.advance(9 * MINUTE);
    expect((await ada.call("POST", at("/api/auth/logout"))).status).toBe(204);
    expect((await ada.go(at("/sign-in/provider"))).url.href).toBe(at("/"));
    await product.advance(7 * MINUTE);
    const refused = await setIdle(ada, 60);
    expect(await refused.json()).toMatchObject({ code: "reauthentication_required" });
    const before = await sessionOf(ada);
    expect((await signIn(ada, "ada@acme.example", "/sign-in/provider?again=1&window=1")).pathname).toBe(
      "/signed-in",
    );
    expect((await sessionOf(ada)).id).not.toBe(before.id);
    expect((await setIdle(ada, 60)).status).toBe(200);
    expect((await policyOf(ada)).active_session_count).toBe(1);
  });

  test("asks for the password where the provider's own sign-in is older than ten minutes", async () => {
    const ben = await signedIn("ben@acme.example");
    await ben.call("POST", at("/api/auth/logout"));
    await product.advance(11 * MINUTE);
    await signIn(ben, "ben@acme.example");
  });

  test("lets nobody else come back from the window in which somebody is to prove who they are", async () => {
    const ben = await signedIn("ben@acme.example");
    const before = await sessionOf(ben);
    ben.forget(product.issuer);
    const { url } = await ben.go(at("/sign-in/provider?again=1&window=1"));
    const { response } = await ben.go(url, { email: "cleo@globex.example", password: "an example password" });
    expect(response.status).toBe(403);
    expect((await sessionOf(ben)).id).toBe(before.id);
  });

  test("refuses a sign-in whose attempt was altered in the browser to let an older one count", async () => {
    const ada = await signedIn("ada@acme.example");
    await product.advance(2 * MINUTE);
    const left = await ada.call("GET", at("/sign-in/provider?again=1&window=1"));
    const url = new URL(left.headers.get("location") ?? "");
    url.searchParams.delete("prompt");
    url.searchParams.set("max_age", "36000");
    const callback = await callbackOf(ada, url);
    const altered = ada.cookieOf(product.origin).replace(/(?<=sign_in=)[\w-]+/, (text) => {
      const { personId, ...attempt } = JSON.parse(Buffer.from(text, "base64url").toString());
      expect([personId, attempt.maxAge]).toEqual(["sub-1", 0]);
      return Buffer.from(JSON.stringify({ ...attempt, maxAge: 36_000 })).toString("base64url");
    });
    const refused = await fetch(callback, { headers: { cookie: altered }, redirect: "manual" });
    expect([refused.status, refused.headers.getSetCookie()]).toEqual([400, []]);
  });

  test("lets nobody in by a callback that another browser has left for", async () => {
    const ben = await signedIn("ben@acme.example");
    const callback = ben.urls.find((url) => url.startsWith(at("/callback"))) ?? "";
    const other = createVisitor();
    expect((await other.go(callback)).response.status).toBe(400);
    await other.call("GET", at("/sign-in/provider"));
    expect((await other.go(callback)).response.status).toBe(400);
    expect(other.cookieOf(product.origin)).not.toContain("own_session");
  });

  test("ends a session where the provider's session has its fixed end, though its person is at work", async () => {
    const ben = await signedIn("ben@acme.example");
    await product.advance(8 * MINUTE);
    await ben.call("POST", at("/api/auth/logout"));
    await ben.go(at("/sign-in/provider"));
    const leftMs = (await sessionOf(ben)).absolute_expires_in_ms;
    expect(leftMs).toBeGreaterThan(10 * HOUR - 9 * MINUTE);
    expect(leftMs).toBeLessThan(10 * HOUR - 7 * MINUTE);
    for (let left = leftMs; left > 50 * MINUTE; left -= 50 * MINUTE) {
      await product.advance(50 * MINUTE);
      expect((await ben.call("POST", at("/api/auth/refresh"))).status).toBe(200);
    }
    await product.advance(51 * MINUTE);
    expect((await ben.go(at("/"))).url.href).toBe(at("/sign-in?reason=absolute"));
  });

  test("signs out of the provider too, at the product's own sign-out", async () => {
    const cleo = await signedIn("cleo@globex.example");
    const cookie = cleo.cookieOf(product.origin);
    const asked = await cleo.go(at("/sign-out"), {});
    expect(isAtProvider(asked)).toBe(true);
    expect((await fetch(at("/notes"), { headers: { cookie } })).status).toBe(401);
    await confirmSignOut(cleo, asked);
    await signIn(cleo, "cleo@globex.example");
  });

  test("ends the sessions of a person who signs out at the provider, by the back channel, and no one else's", async () => {
    const [cleo, elsewhere] = [await signedIn("cleo@globex.example"), await signedIn("cleo@globex.example")];
    const before = (await policyOf(elsewhere)).active_session_count;
    await confirmSignOut(cleo, await cleo.go(`${product.issuer}/session/end`));
    expect(await jsonOf(cleo, "/notes")).toMatchObject({ code: "unauthenticated" });
    expect((await policyOf(elsewhere)).active_session_count).toBe(before - 1);
  });

  test("ends by a logout token of a person alone who signed in before it, and takes each token once", async () => {
    const before = await signedIn("cleo@globex.example");
    const iat = Math.floor(Date.parse((await sessionOf(before)).started_at) / 1000);
    const token = await logoutToken({ sub: "sub-3", jti: "first", iat });
    expect(await told(token)).toBe(204);
    expect((await before.call("GET", at("/notes"))).status).toBe(401);
    await product.advance(2_000);
    const after = await signedIn("cleo@globex.example");
    expect(await told(token)).toBe(400);
    expect(await told(await logoutToken({ sub: "sub-3", jti: "second", iat }))).toBe(204);
    expect((await after.call("GET", at("/notes"))).status).toBe(200);
    const later = { sub: "sub-3", iat: iat + 30 };
    expect(await told(await logoutToken(later))).toBe(400);
    expect(await told(await logoutToken({ ...later, jti: "third" }))).toBe(204);
    expect((await after.call("GET", at("/notes"))).status).toBe(401);
  });

  test("signs out where Curfew's store is down, and logs what could not be ended", async () => {
    const cleo = await signedIn("cleo@globex.example");
    const cookie = cleo.cookieOf(product.origin);
    await product.setStoreDown(true);
    const asked = await cleo.go(at("/sign-out"), {}).finally(() => product.setStoreDown(false));
    expect(isAtProvider(asked)).toBe(true);
    const notes = await fetch(at("/notes"), { headers: { cookie } });
    expect(await notes.json()).toMatchObject({ code: "unauthenticated" });
    expect(product.errors()).toContain("disk I/O error");
  });

  test("takes a logout token again that came while Curfew's store was down", async () => {
    const cleo = await signedIn("cleo@globex.example");
    const iat = Math.floor(Date.parse((await sessionOf(cleo)).started_at) / 1000);
    const token = await logoutToken({ sub: "sub-3", jti: "again", iat });
    await product.setStoreDown(true);
    expect(await told(token).finally(() => product.setStoreDown(false))).toBe(500);
    expect(await told(token)).toBe(204);
    expect((await cleo.call("GET", at("/notes"))).status).toBe(401);
  });

  test("refuses a body that is too long, and targets that a browser does not ask for", async () => {
    expect(await told("x".repeat(20_000))).toBe(413);
    for (const path of ["*", "http://x/notes"]) {
      const sent = request(product.origin, { method: "OPTIONS", path }).end();
      const [answer] = await once(sent, "response");
      answer.resume();
      expect([path, answer.statusCode]).toEqual([path, 400]);
    }
  });

  test("keeps people's data out of caches, and says nothing for a reason that it does not know", async () => {
    const ben = await signedIn("ben@acme.example");
    for (const path of ["/", "/security", "/notes", "/sign-in", "/sign-in/provider"])
      for (const visitor of [ben, createVisitor()])
        expect((await visitor.call("GET", at(path))).headers.get("cache-control"), path).toBe("no-store");
    for (const reason of ["constructor", "__proto__"]) {
      const { response } = await createVisitor().go(at(`/sign-in?reason=${reason}`));
      expect(await response.text()).toContain('<p role="status"></p>');
    }
  });

  test("ends nobody's session by a logout token that is not the provider's", async () => {
    const cleo = await signedIn("cleo@globex.example");
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const claims = {
      iss: product.issuer,
      aud: "harbour",
      iat: Math.floor(Date.now() / 1000),
      sub: "sub-3",
      events: { "http://schemas.openid.net/event/backchannel-logout": {} },
    };
    for (const logout_token of ["", "x", `${part({ alg: "none" })}.${part(claims)}.`]) {
      const body = new URLSearchParams({ logout_token });
      expect((await fetch(at("/backchannel-logout"), { method: "POST", body })).status).toBe(400);
    }
    expect((await cleo.call("GET", at("/notes"))).status).toBe(200);
  });

  test("keeps what the provider sent out of its URLs and its log", async () => {
    const ben = await signedIn("ben@acme.example");
    await ben.call("GET", at("/sign-in/provider"));
    const refused = await ben.go(at("/callback?code=a-secret-code&state=a-secret-state"));
    expect(refused.response.status).toBe(400);
    expect(product.errors()).not.toMatch(/a-secret|eyJ|_session=/);
    for (const url of ben.urls) expect(url).not.toMatch(/eyJ|id_token|_session/);
  });
});

/** Where the provider sends a person back to, whom it knows. */
async function callbackOf(visitor: Visitor, url: URL): Promise<string> {
  let location = url.href;
  while (!location.startsWith(at("/callback"))) {
    const { headers } = await visitor.call("GET", location);
    location = new URL(headers.get("location") ?? "", location).href;
  }
  return location;
}

/** A logout token that the provider has signed. */
const logoutToken = (claims: { sub: string; iat: number; jti?: string }): Promise<string> =>
  new SignJWT({ ...claims, events: { "http://schemas.openid.net/event/backchannel-logout": {} } })
    .setProtectedHeader({ alg: "RS256", kid: KEY_ID, typ: "logout+jwt" })
    .setIssuer(product.issuer)
    .setAudience("harbour")
    .sign(product.signingKey);

const told = async (logout_token: string): Promise<number> => {
  const body = new URLSearchParams({ logout_token });
  return (await fetch(at("/backchannel-logout"), { method: "POST", body })).status;
};

/** Chooses to sign out on the provider's page. */
async function confirmSignOut(visitor: Visitor, { response, url }: { response: Response; url: URL }) {
  const page = await response.text();
  const xsrf = /name="xsrf" value="([^"]+)"/.exec(page)?.[1] ?? "";
  await visitor.go(new URL("/session/end/confirm", url), { xsrf, logout: "yes" });
}
