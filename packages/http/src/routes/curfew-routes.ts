import type { Http } from "../http.js";
import type { Route } from "../route/define.js";
import {
  endAccountSessionRoute,
  endAccountSessionsRoute,
  endUserSessionsRoute,
  listAccountSessionsRoute,
} from "./account-sessions.js";
import { auditEventsRoute } from "./audit-events.js";
import { currentSessionRoute } from "./current-session.js";
import { jwksRoute } from "./jwks.js";
import { logoutRoute } from "./logout.js";
import { endOwnOtherSessionsRoute, endOwnSessionRoute, listOwnSessionsRoute } from "./own-sessions.js";
import { previewPolicyRoute, readPolicyRoute, updatePolicyRoute } from "./policy.js";
import { refreshRoute } from "./refresh.js";
import { sessionEventsRoute } from "./session-events.js";

/**
 * The routes over the engine alone: any host can mount them beside its own sign-in.
 *
 * @example mountRoutes(app, curfewRoutes(http), http);
 */
export const curfewRoutes = (http: Http): readonly Route[] => [
  refreshRoute(http),
  logoutRoute(http),
  currentSessionRoute(http),
  sessionEventsRoute(http),
  listOwnSessionsRoute(http),
  endOwnSessionRoute(http),
  endOwnOtherSessionsRoute(http),
  readPolicyRoute(http),
  updatePolicyRoute(http),
  previewPolicyRoute(http),
  endAccountSessionsRoute(http),
  listAccountSessionsRoute(http),
  endAccountSessionRoute(http),
  endUserSessionsRoute(http),
  auditEventsRoute(http),
  jwksRoute(http),
];
