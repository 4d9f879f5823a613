import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HeadersAdapter } from "next/dist/server/web/spec-extension/adapters/headers.js";
import { renderToStaticMarkup } from "react-dom/server";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { setStoreDown } from "../../support/store-trouble.js";

/** The request that Next.js tells pages and actions of. */
const page = vi.hoisted(() => ({
  headers: new Headers(),
  set: new Map<string, string | null>(),
  attributes: {},
}));
vi.mock("next/headers", () => ({
  headers: async () => page.headers,
  cookies: async () => ({
    set: (name: string, value: string, attributes: object) => {
      page.set.set(name, value);
      page.attributes = attributes;
    },
    delete: (name: string) => page.set.set(name, null),
    toString: () => page.headers.get("cookie") ?? "",
  }),
}));

let directory: string;
let routes: typeof import("../app/api/[...curfew]/route.js");
let billing: typeof import("../app/billing/route.js");
let curfew: typeof import("../lib/sessions.js");
let own: typeof import("../lib/sign-in.js");
let actions: typeof import("../app/sign-in/actions.js");
let pages: typeof import("../lib/current-person.js");

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "curfew-next-"));
  Object.assign(process.env, {
    PUBLIC_URL: "https://app.example",
    SESSIONS_DB: join(directory, "sessions.db"),
    SESSIONS_SECRET: randomBytes(32).toString("base64"),
    COOKIE_SECRET: randomBytes(32).toString("base64"),
  });
  routes = await import("../app/api/[...curfew]/route.js");
  billing = await import("../app/billing/route.js");
  curfew = await import("../lib/sessions.js");
  own = await import("../lib/sign-in.js");
  actions = await import("../app/sign-in/actions.js");
  pages = await import("../lib/current-person.js");
}, 300_000);

afterAll(() => rm(directory, { recursive: true, force: true }));

const requestOf = (path: string, cookie: string, init: RequestInit = {}): Request =>
  new Request(`https://app.example${path}`, { ...init, headers: { cookie } });

const cookieOf = (email: string): string => `${own.COOKIE}=${own.newSession(email, "an example password")}`;

describe("the route handlers of Next.js", () => {
  test("serve Curfew's routes and the product's own, each by the product's cookie", async () => {
    const [ada, ben] = [cookieOf("ada@acme.example"), cookieOf("ben@acme.example")];
    expect((await routes.GET(requestOf("/api/auth/session", "own_session=forged"))).status).toBe(401);
    const session = await routes.GET(requestOf("/api/auth/session", ben));
    expect(await session.json()).toMatchObject({ user: { name: "Ben Ito", account: { name: "Acme" } } });
    expect((await billing.GET(requestOf("/billing", ben), {})).status).toBe(403);
    const bill = await billing.GET(requestOf("/billing", ada), {});
    expect([await bill.json(), bill.headers.get("cache-control")]).toEqual([
      { billingOf: "acme" },
      "no-store",
    ]);
    const other = `connect.${ada}; ${ben}`;
    expect((await billing.GET(requestOf("/billing", other), {})).status).toBe(403);
  });

  test("know the person of a page by what Next.js calls its headers", async () => {
    const asked = HeadersAdapter.seal(new Headers({ cookie: cookieOf("cleo@globex.example") }));
    const sessions = await curfew.sessions();
    expect(await sessions.current(asked)).toMatchObject({ state: "signed_in", user: { name: "Cleo Marsh" } });
  });

  test("refuse everyone whom an owner has signed out, with the reason", async () => {
    const [ada, ben] = [cookieOf("ada@acme.example"), cookieOf("ben@acme.example")];
    const hoarded = cookieOf("ben@acme.example");
    await routes.GET(requestOf("/api/auth/session", ben));
    const path = "/api/accounts/me/security/revoke-sessions";
    expect((await routes.POST(requestOf(path, ada, { method: "POST" }))).status).toBe(200);
    for (const cookie of [ada, ben, hoarded]) {
      const refused = await billing.GET(requestOf("/billing", cookie), {});
      expect([refused.status, await refused.json()]).toEqual([
        401,
        expect.objectContaining({ code: "session_revoked", reason: "revoked_by_owner" }),
      ]);
    }
  });
});

test("the sign-in page says nothing for a reason that it does not know", async () => {
  const { default: SignIn } = await import("../app/sign-in/page.js");
  const shown = async (reason: string) =>
    renderToStaticMarkup(await SignIn({ searchParams: Promise.resolve({ reason }) }));
  expect(await shown("idle")).toContain("because you were inactive");
  for (const reason of ["constructor", "__proto__"])
    expect(await shown(reason)).toContain('<p role="status"></p>');
});

/** Next.js redirects by an error. */
const redirectOf = (error: unknown): string | null => {
  const { digest = "" } = error as { digest?: string };
  return digest.startsWith("NEXT_REDIRECT") ? (digest.split(";")[2] ?? null) : null;
};

describe("the product's own sign-in and sign-out", () => {
  const stateOf = async (cookie: string) =>
    (await (await curfew.sessions()).current(requestOf("/", cookie))).state;

  test("end the session that the browser had before", async () => {
    const first = cookieOf("ada@acme.example");
    page.headers = new Headers({ cookie: first });
    const form = new FormData();
    form.set("email", "ada@acme.example");
    form.set("password", "a wrong password");
    expect(await actions.signIn(form).catch(redirectOf)).toBe("/sign-in?reason=refused");
    expect([await stateOf(first), page.set.size]).toEqual(["signed_in", 0]);
    form.set("password", "an example password");
    expect(await actions.signIn(form).catch(redirectOf)).toBe("/");
    expect(page.attributes).toEqual({ httpOnly: true, sameSite: "lax", secure: true });
    const second = `${own.COOKIE}=${page.set.get(own.COOKIE)}`;
    expect([await stateOf(first), await stateOf(second)]).toEqual(["ended", "signed_in"]);
    page.headers = new Headers({ cookie: second });
    expect(await actions.signOut().catch(redirectOf)).toBe("/sign-in");
    expect([await stateOf(second), page.set.get(own.COOKIE)]).toEqual(["ended", null]);
  });
});

test("a sign-out holds for a copy of its cookie, though Curfew had not seen the session before", async () => {
  const cookie = cookieOf("ben@acme.example");
  page.headers = new Headers({ cookie });
  expect(await actions.signOut().catch(redirectOf)).toBe("/sign-in");
  expect(await (await curfew.sessions()).current(requestOf("/", cookie))).toMatchObject({
    state: "ended",
    reason: "signed_out",
  });
});

describe("in trouble", () => {
  const callPage = () => pages.currentPerson().then(({ name }) => name, redirectOf);

  test("a store that is down is a 503 to route handlers and an error to pages, and nobody is signed out", async () => {
    const cookie = cookieOf("cleo@globex.example");
    page.headers = new Headers({ cookie });
    setStoreDown(true);
    onTestFinished(() => setStoreDown(false));
    for (const answer of [
      await routes.GET(requestOf("/api/auth/session", cookie)),
      await billing.GET(requestOf("/billing", cookie), {}),
    ])
      expect([answer.status, await answer.json()]).toEqual([
        503,
        expect.objectContaining({ code: "unavailable" }),
      ]);
    await expect(pages.currentPerson()).rejects.toThrow();
    expect(await callPage()).toBeNull();
    setStoreDown(false);
    expect(await callPage()).toBe("Cleo Marsh");
    page.headers = new Headers();
    expect(await callPage()).toBe("/sign-in");
  });

  test("a sign-out takes the cookie away where the store is down, and logs what could not be ended", async () => {
    const logged = vi.spyOn(console, "error").mockReturnValue();
    page.headers = new Headers({ cookie: cookieOf("cleo@globex.example") });
    page.set.clear();
    setStoreDown(true);
    onTestFinished(() => {
      logged.mockRestore();
      setStoreDown(false);
    });
    expect(await actions.signOut().catch(redirectOf)).toBe("/sign-in");
    expect(page.set.get(own.COOKIE)).toBeNull();
    expect(logged.mock.calls).toEqual([[expect.objectContaining({ code: "unavailable" })]]);
  });

  test("a store that can't be opened is a 503 and an error too, and is opened once it can be", async () => {
    const logged = vi.spyOn(console, "error").mockReturnValue();
    const cookie = cookieOf("cleo@globex.example");
    page.headers = new Headers({ cookie });
    const shared = globalThis as { curfew?: unknown };
    const before = { opened: shared.curfew, path: process.env["SESSIONS_DB"] };
    const secret = process.env["SESSIONS_SECRET"];
    onTestFinished(() => {
      logged.mockRestore();
      shared.curfew = before.opened;
      process.env["SESSIONS_DB"] = before.path;
      process.env["SESSIONS_SECRET"] = secret;
    });
    delete shared.curfew;
    process.env["SESSIONS_DB"] = join(directory, "missing", "sessions.db");
    vi.resetModules();
    const { GET } = await import("../app/api/[...curfew]/route.js");
    const { currentPerson } = await import("../lib/current-person.js");
    expect((await GET(requestOf("/api/auth/session", cookie))).status).toBe(503);
    expect(logged).toHaveBeenCalledOnce();
    expect(await currentPerson().catch(redirectOf)).toBeNull();
    process.env["SESSIONS_DB"] = join(directory, "others.db");
    process.env["SESSIONS_SECRET"] = "";
    // Each attempt says the same: none finds the file in use by the one before.
    for (const attempt of [1, 2]) {
      expect([attempt, (await GET(requestOf("/api/auth/session", cookie))).status]).toEqual([attempt, 503]);
      expect(String(logged.mock.lastCall?.[1])).toContain("secret: Must have 32 bytes or more.");
    }
    process.env["SESSIONS_SECRET"] = secret;
    expect((await GET(requestOf("/api/auth/session", cookie))).status).toBe(200);
    expect(await currentPerson()).toMatchObject({ name: "Cleo Marsh" });
  });
});
