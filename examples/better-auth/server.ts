import { serve } from "@hono/node-server";
import { serveStatic } from "@hono/node-server/serve-static";
import { APIError } from "better-auth/api";
import { type Context, Hono } from "hono";
import { csrf } from "hono/csrf";
import { auth } from "./auth.js";
import { homePage, securityPage, signInPage, troublePage } from "./pages.js";
import { createPeople } from "./people.js";

const { PORT = "3000" } = process.env;
await createPeople();
const app = new Hono();

// PATCH and DELETE are Curfew's.
app.on(["GET", "POST", "PATCH", "DELETE", "OPTIONS"], "/api/auth/*", (c) => auth.handler(c.req.raw));
app.use(csrf());
app.use(serveStatic({ root: "dist/public" }));
app.use(async (c, next) => {
  await next();
  c.header("Cache-Control", "no-store"); // Or the back button shows pages after the sign-out.
});

app.get("/notes", async (c) => {
  const session = await auth.api.getSession({ headers: c.req.raw.headers });
  if (!session?.session.activeOrganizationId) return c.json({ code: "unauthenticated" }, 401);
  return c.json({ notesOf: session.user.name, in: session.session.activeOrganizationId });
});

/** Redirects people who are signed out to the sign-in page, which shows the reason. */
const show = (page: typeof homePage) => async (c: Context) => {
  const { headers } = c.req.raw;
  if ((await auth.api.getSession({ headers })) === null) return c.redirect(await signInPath(c));
  return c.html(page(await auth.api.listOrganizations({ headers })));
};

async function signInPath(c: Context) {
  const url = new URL("/api/auth/curfew/auth/session", c.req.url);
  const answer = await auth.handler(new Request(url, { headers: c.req.raw.headers }));
  if (answer.status === 503) throw new APIError("SERVICE_UNAVAILABLE");
  const { reason } = (await answer.json()) as { reason?: string };
  return reason === undefined ? "/sign-in" : `/sign-in?reason=${reason}`;
}

/** The organizations in which a person goes on whose session in the active one is over. */
async function openOrganizations(headers: Headers) {
  if ((await auth.api.getSession({ headers }))?.session.activeOrganizationId) return [];
  const body = { organizationId: null };
  const left = await auth.api.setActiveOrganization({ body, headers, asResponse: true });
  return left.ok ? auth.api.listOrganizations({ headers }) : [];
}

app.get("/", show(homePage));
app.get("/security", show(securityPage));
app.get("/sign-in", async (c) =>
  c.html(signInPage(c.req.query("reason"), await openOrganizations(c.req.raw.headers))),
);

// What better-auth's calls throw. Where Curfew's database is down that is a 503, never a sign-out.
app.onError((error, c) => {
  if (!(error instanceof APIError)) {
    console.error(error);
    return c.text("Internal Server Error", 500);
  }
  const { statusCode: status, body } = error;
  const isPage = c.req.header("accept")?.includes("text/html");
  return status === 503 && isPage ? c.html(troublePage(), 503) : Response.json(body, { status });
});

/** Goes on with the cookies of a call of better-auth. */
function redirect(c: Context, answer: Response, path: string) {
  for (const cookie of answer.headers.getSetCookie()) c.header("Set-Cookie", cookie, { append: true });
  return c.redirect(path);
}

app.post("/sign-in", async (c) => {
  const { email, password } = await c.req.parseBody<{ email: string; password: string }>();
  const answer = await auth.api.signInEmail({ body: { email, password }, asResponse: true });
  return answer.ok ? redirect(c, answer, "/") : c.html(signInPage(), 401);
});
app.post("/organization", async (c) => {
  const { id: organizationId } = await c.req.parseBody<{ id: string }>();
  const { headers } = c.req.raw;
  const answer = await auth.api.setActiveOrganization({
    body: { organizationId },
    headers,
    asResponse: true,
  });
  const { reason = "" } = answer.ok ? {} : ((await answer.json()) as { reason?: string });
  return redirect(c, answer, answer.ok ? "/" : `/sign-in?reason=${reason}`);
});
app.post("/sign-out", async (c) =>
  redirect(c, await auth.api.signOut({ headers: c.req.raw.headers, asResponse: true }), "/sign-in"),
);

serve({ fetch: app.fetch, hostname: "127.0.0.1", port: Number(PORT) });
