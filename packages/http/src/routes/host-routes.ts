import { isCurfewError, type OpenGoverned } from "@curfew/core";
import { z } from "zod";
import type { Call } from "../call.js";
import type { HostSessions } from "../handler/host-sessions.js";
import type { HostOptions } from "../handler/types.js";
import type { Http } from "../http.js";
import { HttpProblem } from "../problem/http-problem.js";
import { defineRoute, type Route } from "../route/define.js";
import { createUnknownUserLimit } from "../unknown-users.js";
import { idleForField } from "../wire/grant.js";
import { sessionAndUserSchema, wireSession, wireUser } from "../wire/session.js";
import { curfewRoutes } from "./curfew-routes.js";

const tags = ["Sessions"];

/** The host's sign-in, as its routes need it. */
interface Host {
  readonly sessions: HostSessions;
  /** What the host said of each call that was authenticated. */
  readonly said: WeakMap<Call, OpenGoverned>;
  readonly onSignOut: HostOptions<unknown>["onSignOut"];
}

/** `POST /api/auth/refresh` for sessions of the host: the browser reports use. There are no tokens. */
const touchRoute = (http: Http, { said }: Host) =>
  defineRoute({
    method: "POST",
    path: "/api/auth/refresh",
    operationId: "touchSession",
    summary: "Report use of the session",
    description: "Moves the idle deadline, and answers the session with its current deadlines.",
    tags,
    auth: "bearer",
    body: z.strictObject({ idle_for_seconds: idleForField }),
    responses: { 200: { description: "The session", schema: sessionAndUserSchema } },
    errors: ["session_expired"],
    async handler({ c, identity, body }) {
      const accountName = await http.accountName(identity.accountId);
      const key = said.get(c);
      if (key === undefined) throw new Error("the call was not admitted");
      const { session, user, now } = await http.curfew.governed.touch(key, {
        idleForSeconds: body.idle_for_seconds ?? 0,
        isReported: true,
      });
      return { status: 200, body: { session: wireSession(session, now), user: wireUser(user, accountName) } };
    },
  });

/** `POST /api/auth/logout` for sessions of the host. It answers 204 even if nobody is signed in. */
const signOutRoute = (http: Http, { sessions, onSignOut }: Host) =>
  defineRoute({
    method: "POST",
    path: "/api/auth/logout",
    operationId: "signOut",
    summary: "Sign out",
    description: "Ends the session, then the host's own.",
    tags,
    auth: "none",
    cookies: true,
    body: z.strictObject({}),
    responses: { 204: { description: "Signed out", headers: ["Set-Cookie"] } },
    async handler({ c, ip }) {
      // At first sight the session is begun, so that it is known to have ended.
      const admitted = await sessions.admit(c).catch(ignoreEnd);
      if (admitted !== null) await http.curfew.governed.end(admitted.input, { ip });
      const headers = new Headers();
      for (const cookie of (await answerOf(c.req.raw, c.env))?.headers.getSetCookie() ?? [])
        headers.append("Set-Cookie", cookie);
      return new Response(null, { status: 204, headers });

      async function answerOf(request: Request, native: unknown): Promise<Response | null> {
        try {
          return (await onSignOut?.(request, native)) ?? null;
        } catch (error) {
          http.reportError(error, c);
          throw new HttpProblem("unavailable", { cause: error });
        }
      }
    },
  });

function ignoreEnd(error: unknown): null {
  if (isCurfewError(error, "session_expired") || isCurfewError(error, "session_revoked")) return null;
  throw error;
}

/** The routes of sessions that the host issued: no tokens, so no keys that verify them either. */
export function hostRoutes(http: Http, host: Host): readonly Route[] {
  const own = [touchRoute(http, host), signOutRoute(http, host)];
  const isReplaced = ({ path }: Route): boolean =>
    path === "/.well-known/jwks.json" || own.some((route) => route.path === path);
  const routes = curfewRoutes(
    http,
    createUnknownUserLimit(() => http.curfew.now()),
  );
  return [...own, ...routes.filter((route) => !isReplaced(route))];
}
