import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { currentOf, requireSession, toNodeHandler } from "@curfew/http/node";
import { openAttempt, sealAttempt } from "./attempts.js";
import { cookieOf, sessionOf, setCookie } from "./own-sessions.js";
import { failedPage, homePage, securityPage, signInPage, windowPage } from "./pages.js";
import { claimsOf, leaveForProvider, providerSignOut, readLogoutToken } from "./provider-client.js";
import { beginSession, endByProvider, endSession, sessions } from "./sessions.js";

const { PORT = "3000", PUBLIC_URL: publicUrl = "http://localhost:3000" } = process.env;

interface Call {
  req: IncomingMessage;
  res: ServerResponse;
  url: URL;
}

const answerCurfew = toNodeHandler(sessions);

const routes: Readonly<Record<string, (call: Call) => unknown>> = {
  "GET /": (call) => showPage(call, homePage),
  "GET /security": (call) => showPage(call, securityPage),
  "GET /curfew.js": (call) => sendFile(call, "text/javascript"),
  "GET /curfew.css": (call) => sendFile(call, "text/css"),

  async "GET /sign-in"({ req, res, url }) {
    const { state } = await currentOf(sessions, req);
    if (state === "signed_in") redirect(res, "/");
    else html(res, 200, signInPage(url.searchParams.get("reason")));
  },

  async "GET /sign-in/provider"({ req, res, url }) {
    const isWindow = url.searchParams.has("window");
    const personId = isWindow ? sessionOf(req.headers.cookie)?.user.id : undefined;
    const left = await leaveForProvider(url.searchParams.has("again"), { isWindow, personId });
    redirect(res, left.url.href, [setCookie("sign_in", sealAttempt(left.attempt), 600)]);
  },

  async "GET /callback"({ req, res, url }) {
    const { cookie } = req.headers;
    // The cause of an error may hold what the provider sent: it is not logged.
    const attempt = openAttempt(cookieOf("sign_in", cookie));
    const claims =
      attempt && (await claimsOf(url, attempt).catch(({ message }: Error) => console.error(message)));
    if (!attempt || !claims) return html(res, 400, failedPage("The sign-in failed."));
    const { personId = claims.sub, isWindow } = attempt;
    if (personId !== claims.sub) return html(res, 403, failedPage("This is somebody else's account."));
    const begun = beginSession(claims);
    if (begun === null) return html(res, 403, failedPage("You are in no company here."));
    await endSession(sessionOf(cookie));
    // The callback's URL holds a code, so no page is shown there.
    redirect(res, isWindow ? "/signed-in" : "/", [begun, setCookie("sign_in", "", 0)]);
  },

  "GET /signed-in": ({ res }) => html(res, 200, windowPage()),

  async "POST /sign-out"({ req, res }) {
    await endSession(sessionOf(req.headers.cookie));
    redirect(res, (await providerSignOut()).href, [setCookie("own_session", "", 0)]);
  },

  async "POST /backchannel-logout"({ req, res }) {
    const token = new URLSearchParams(await bodyOf(req)).get("logout_token");
    const ending = await readLogoutToken(String(token)).catch(() => null);
    const isTaken = ending !== null && (await endByProvider(ending));
    res.writeHead(isTaken ? 204 : 400, NOT_STORED).end();
  },

  "GET /notes": ({ req, res }) => notes(req, res),
  "GET /billing": ({ req, res }) => billing(req, res),
};

const notes = requireSession(sessions, (_req, res, { identity }) => json(res, { notesOf: identity.userId }));
const billing = requireSession(
  sessions,
  (_req, res, { identity }) => json(res, { billingOf: identity.accountId }),
  { role: "owner" },
);

/** Redirects people who are signed out to the sign-in page, which shows the reason. */
async function showPage({ req, res }: Call, body: () => string) {
  const current = await currentOf(sessions, req);
  if (current.state === "signed_in") html(res, 200, body());
  else redirect(res, current.state === "ended" ? `/sign-in?reason=${current.reason}` : "/sign-in");
}

async function sendFile({ res, url }: Call, type: string) {
  const file = await readFile(`dist/public${url.pathname}`);
  res.writeHead(200, { "Content-Type": type }).end(file);
}

async function bodyOf(req: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of req.iterator({ destroyOnReturn: false })) {
    text += chunk;
    if (text.length > 16_384) throw Object.assign(new Error("the body is too long"), { statusCode: 413 });
  }
  return text;
}

const NOT_STORED = { "Cache-Control": "no-store" }; // Or the back button shows pages after the sign-out.
const html = (res: ServerResponse, status: number, body: string) =>
  void res.writeHead(status, { ...NOT_STORED, "Content-Type": "text/html; charset=utf-8" }).end(body);
const json = (res: ServerResponse, body: unknown) =>
  res.writeHead(200, { ...NOT_STORED, "Content-Type": "application/json" }).end(JSON.stringify(body));
const redirect = (res: ServerResponse, to: string, cookies: string[] = []) =>
  void res.writeHead(303, { ...NOT_STORED, Location: to, "Set-Cookie": cookies }).end();

async function answer(req: IncomingMessage, res: ServerResponse): Promise<unknown> {
  if (!req.url?.startsWith("/")) return res.writeHead(400).end(); // Such as `*`, or a whole URL.
  const url = new URL(`${publicUrl}${req.url}`);
  if (sessions.handles(url)) return answerCurfew(req, res);
  const route = routes[`${req.method} ${url.pathname}`];
  return route ? route({ req, res, url }) : res.writeHead(404).end();
}

const server = createServer((req, res) => {
  answer(req, res).catch(({ message, statusCode = 500 }) => {
    console.error(message);
    if (res.headersSent) return void res.destroy();
    // A session that can't be told is trouble, never a sign-out.
    const sorry = statusCode === 503 ? "Please try again in a moment. You are still signed in." : "";
    res.writeHead(statusCode, { "Content-Type": "text/plain" }).end(sorry);
  });
});
server.listen(Number(PORT), "127.0.0.1");
