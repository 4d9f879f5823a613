import type { Http } from "../http.js";
import type { Route } from "../route/define.js";
import type { SignOutUnknown } from "../unknown-users.js";
import { listActiveUsersRoute } from "./active-users.js";
import { auditEventsRoute } from "./audit-events.js";
import { currentSessionRoute, sessionEventsRoute } from "./current-session.js";
import { jwksRoute } from "./jwks.js";
import { logoutRoute } from "./logout.js";
import { previewPolicyRoute, readPolicyRoute, updatePolicyRoute } from "./policy.js";
import { refreshRoute } from "./refresh.js";
import {
  endAccountSessionRoute,
  endAccountSessionsRoute,
  endOwnOtherSessionsRoute,
  endOwnSessionRoute,
  endUserSessionsRoute,
  listAccountSessionsRoute,
  listOwnSessionsRoute,
} from "./sessions.js";

/**
 * The routes that need only the engine. A host mounts them next to its own sign-in.
 *
 * @param signOutUnknown see `endUserSessionsRoute`
 * @example mountRoutes(app, curfewRoutes(http), http);
 */
export const curfewRoutes = (http: Http, signOutUnknown?: SignOutUnknown): readonly Route[] => [
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
  listActiveUsersRoute(http),
  endAccountSessionRoute(http),
  endUserSessionsRoute(http, signOutUnknown),
  auditEventsRoute(http),
  jwksRoute(http),
];
