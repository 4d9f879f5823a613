import { createCurfewSession } from "@curfew/client";
import { version } from "react";
import { hydrateRoot } from "react-dom/client";
import { EveryPart } from "./every-part.js";

const inMs = (ms: number) => new Date(Date.now() + ms).toISOString();
const HOUR_MS = 3_600_000;
const SESSION = {
  id: "a-session",
  started_at: inMs(-HOUR_MS),
  last_active_at: inMs(0),
  idle_minutes: 60,
  absolute_minutes: 1440,
  idle_expires_at: inMs(HOUR_MS),
  absolute_expires_at: inMs(23 * HOUR_MS),
  idle_expires_in_ms: HOUR_MS,
  absolute_expires_in_ms: 23 * HOUR_MS,
};
const USER = {
  id: "ada",
  name: "Ada",
  email: "ada@example.com",
  role: "owner",
  account: { id: "acme", name: "Acme" },
};

const requests: string[] = [];
const answer = (path: string): Response =>
  path.startsWith("/curfew/auth/") && !path.endsWith("/events")
    ? Response.json({ session: SESSION, user: USER })
    : Response.json(
        { code: "forbidden" },
        { status: 403, headers: { "Content-Type": "application/problem+json" } },
      );

const session = createCurfewSession({
  host: true,
  basePath: "/curfew",
  fetch: async (input) => {
    const { pathname } = new URL(String(input));
    requests.push(pathname);
    return answer(pathname);
  },
});

const errors: string[] = [];
console.error = (...parts: unknown[]) => errors.push(parts.map(String).join(" "));

/** Takes the page over, and reports what React complains of. */
async function takeOver(isEarly: boolean): Promise<void> {
  if (isEarly) {
    session.start();
    await new Promise<void>((resolve) => {
      session.subscribe(() => {
        if (session.getState().status === "signed_in") resolve();
      });
    });
  }
  hydrateRoot(document.querySelector("#root") as Element, <EveryPart session={session} />, {
    onRecoverableError: (error) => errors.push(String(error)),
  });
}

Object.assign(window, { host: { takeOver, errors, requests, version } });
