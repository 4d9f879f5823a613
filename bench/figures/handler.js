import { fileURLToPath } from "node:url";
import { compareRoutes } from "../measure/compare-routes.js";

const SERVER = fileURLToPath(new URL("../parts/handler-process.js", import.meta.url));

/** A host's route that asks `sessions.current` of a known governed session, and the same route that only reads the host's cookie. */
export const handlerCurrent = () =>
  compareRoutes({
    figure: "sessions.current of a known governed session",
    server: SERVER,
    paths: ["/current", "/own"],
    headers: () => ({ cookie: "theme=dark; sid=abc" }),
    limit: "the same route that only reads the host's cookie",
    target: 0.85,
  });

/** A member's call of the account's policy, and a route of Hono that answers the same. */
export const handlerRefusal = () =>
  compareRoutes({
    figure: "a member's 403",
    server: SERVER,
    paths: ["/api/accounts/me/security", "/bare"],
    headers: ({ accessToken }) => ({ authorization: `Bearer ${accessToken}` }),
    status: 403,
    limit: "a route of Hono with the same headers and body",
    target: 0.6,
  });
