import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RunningServer } from "../../support/run-server.js";
import { runProduct } from "./running-product.js";

const PATIENCE = 120_000;

let server: RunningServer;

beforeAll(async () => {
  server = await runProduct();
}, PATIENCE);

afterAll(() => server?.stop());

interface Answer {
  readonly status: number;
  readonly body: unknown;
}
type Person = Awaited<ReturnType<typeof signIn>>;

/** Signs in with the product's own form. */
async function signIn(name: string) {
  const form = new URLSearchParams({ email: `${name}@example.com`, password: "an example password" });
  const signedIn = await fetch(`${server.origin}/sign-in`, {
    method: "POST",
    body: form,
    redirect: "manual",
    headers: { origin: server.origin },
  });
  let cookie = signedIn.headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ");
  const call = async (path: string, body?: unknown, more: Record<string, string> = {}): Promise<Answer> => {
    const response = await fetch(`${server.origin}${path}`, {
      method: body === undefined ? "GET" : "POST",
      headers: { cookie, origin: server.origin, "content-type": "application/json", ...more },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const [renewed] = response.headers.getSetCookie();
    if (renewed?.includes("session_token=") && !/max-age=0/i.test(renewed))
      cookie = renewed.split(";")[0] ?? "";
    const text = await response.text();
    return {
      status: response.status,
      body: text.startsWith("{") || text.startsWith("[") ? JSON.parse(text) : text,
    };
  };
  return {
    get: (path: string, headers: Record<string, string> = {}) => call(path, undefined, headers),
    post: (path: string, body: unknown) => call(path, body),
    cachingOf: async (path: string) =>
      (await fetch(server.origin + path, { headers: { cookie } })).headers.get("cache-control"),
  };
}

const organization = async (person: Person, name: string): Promise<string> => {
  const { body } = await person.get("/api/auth/organization/list");
  return (body as { id: string; name: string }[]).find((each) => each.name === name)?.id ?? "";
};
const goTo = async (person: Person, name: string): Promise<Answer> =>
  person.post("/api/auth/organization/set-active", { organizationId: await organization(person, name) });

describe("better-auth with Curfew, by requests", { timeout: PATIENCE }, () => {
  test("signs everyone out of an organization at once, and refuses the next request of each with the reason", async () => {
    const [ada, ben, cleo] = [await signIn("ada"), await signIn("ben"), await signIn("cleo")];
    for (const person of [ada, ben, cleo]) expect((await person.get("/notes")).status).toBe(200);
    const page = "/api/auth/curfew/accounts/me/security";
    expect((await ben.get(page)).status).toBe(403);
    expect(await ada.get(page)).toMatchObject({ status: 200, body: { active_user_count: 2 } });
    expect((await ada.post(`${page}/revoke-sessions`, {})).status).toBe(200);
    const revoked = { status: 401, body: { code: "session_revoked", reason: "revoked_by_owner" } };
    for (const person of [ada, ben]) {
      expect((await person.get("/notes")).status).toBe(401);
      expect(await person.get("/api/auth/organization/list")).toMatchObject(revoked);
      expect((await person.get("/")).body).toContain("An owner of your organization signed you out.");
    }
    expect((await cleo.get("/notes")).status).toBe(200);
  });

  test("judges a person by the organization that they have gone to, and lets them back into the one of before", async () => {
    const [ben, cleo] = [await signIn("ben"), await signIn("cleo")];
    expect((await ben.get("/notes")).status).toBe(200);
    expect((await goTo(ben, "Globex")).status).toBe(200);
    expect((await ben.get("/notes")).status).toBe(200);
    await cleo.post("/api/auth/curfew/accounts/me/security/revoke-sessions", {});
    expect((await ben.get("/notes")).status).toBe(401);
    const [acme, globex] = [await signIn("ada"), await signIn("cleo")];
    const ids = { acme: await organization(acme, "Acme"), globex: await organization(globex, "Globex") };
    const move = (organizationId: string) =>
      ben.post("/api/auth/organization/set-active", { organizationId });
    expect((await move(ids.acme)).status).toBe(200);
    expect((await ben.get("/notes")).status).toBe(200);
    expect((await move(ids.globex)).status).toBe(401);
    expect(await ben.get("/notes")).toMatchObject({ status: 200, body: { in: ids.acme } });
  });

  test("closes an organization to a person who is removed from it, and not the others", async () => {
    const [ben, cleo] = [await signIn("ben"), await signIn("cleo")];
    await goTo(ben, "Globex");
    expect((await ben.get("/notes")).status).toBe(200);
    const removal = { memberIdOrEmail: "ben@example.com" };
    expect((await cleo.post("/api/auth/organization/remove-member", removal)).status).toBe(200);
    expect((await ben.get("/notes")).status).toBe(401);
    const [phone, acme] = [await signIn("ben"), await signIn("ada")];
    expect((await phone.get("/notes")).body).toMatchObject({ in: await organization(acme, "Acme") });
  });

  test("keeps people's data out of caches, and says nothing for a reason that it does not know", async () => {
    const cleo = await signIn("cleo");
    for (const path of ["/", "/notes", "/security"])
      expect([path, await cleo.cachingOf(path)]).toEqual([path, "no-store"]);
    const stranger = await fetch(server.origin, { redirect: "manual" });
    expect([stranger.status, stranger.headers.get("cache-control")]).toEqual([302, "no-store"]);
    for (const reason of ["constructor", "__proto__"])
      expect((await cleo.get(`/sign-in?reason=${reason}`)).body).toContain('<p role="status"></p>');
  });

  test("counts the company's hours for a session that nobody uses, though better-auth's goes on for days", async () => {
    const ben = await signIn("ben");
    expect((await ben.get("/notes")).status).toBe(200);
    await server.advance(61 * 60_000);
    expect((await ben.get("/notes")).status).toBe(401);
    expect((await ben.get("/")).body).toContain("You were signed out because you were inactive.");
  });

  test("answers a 503 where Curfew's store is down, and leads nobody to the sign-in page", async () => {
    const cleo = await signIn("cleo");
    expect((await cleo.get("/notes")).status).toBe(200);
    await server.setStoreDown(true);
    try {
      // What the process remembers is good for two seconds.
      await server.advance(5000);
      for (const path of ["/notes", "/", "/api/auth/organization/list", "/api/auth/curfew/auth/session"])
        expect(await cleo.get(path)).toMatchObject({ status: 503, body: { code: "unavailable" } });
      const page = await cleo.get("/", { accept: "text/html" });
      expect([page.status, page.body]).toEqual([503, expect.stringContaining("You are still signed in.")]);
    } finally {
      await server.setStoreDown(false);
    }
    await server.advance(5000);
    expect((await cleo.get("/notes")).status).toBe(200);
  });

  test("offers the other organizations to a person whose session in one is over, on the page that tells why", async () => {
    const [ben, ada] = [await signIn("ben"), await signIn("ada")];
    expect((await ben.get("/notes")).status).toBe(200);
    const acme = await organization(ada, "Acme");
    await ben.post("/api/auth/organization/create", { name: "Initech", slug: "initech" });
    expect((await ben.get("/notes")).body).not.toMatchObject({ in: acme });
    await ben.post("/api/auth/curfew/accounts/me/security/revoke-sessions", {});
    const page = (await ben.get("/")).body;
    expect(page).toContain("An owner of your organization signed you out.");
    expect(page).toContain("Go to Acme");
    await goTo(ben, "Acme");
    expect((await ben.get("/notes")).body).toMatchObject({ in: acme });
    expect((await ben.get("/sign-in")).body).not.toContain("Go to Acme");
  });
});
