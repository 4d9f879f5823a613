import type { Route } from "@curfew/http";
import { accountRoute, deleteAccountRoute, renameAccountRoute } from "./accounts/routes.js";
import { makePasswordLinkRoute, readPasswordLinkRoute, resetPasswordRoute } from "./links/routes.js";
import {
  acceptInvitationRoute,
  changeMemberRoute,
  inviteMemberRoute,
  listMembersRoute,
  readInvitationRoute,
  removeMemberRoute,
} from "./members/routes.js";
import { changeOwnUserRoute, deleteOwnUserRoute, exportRoute, readOwnUserRoute } from "./people/routes.js";
import type { ServiceContext } from "./service-context.js";
import { loginRoute, passwordRoute, registerRoute } from "./sign-in/routes.js";

/**
 * The service's own routes: sign-in, the caller, the account, its members, invitations and password links.
 *
 * @example mountRoutes(app, [...curfewRoutes(http), ...serviceRoutes(context)], http);
 */
export const serviceRoutes = (context: ServiceContext): readonly Route[] => [
  registerRoute(context),
  loginRoute(context),
  passwordRoute(context),
  readOwnUserRoute(context),
  changeOwnUserRoute(context),
  deleteOwnUserRoute(context),
  exportRoute(context),
  accountRoute(context.accounts),
  renameAccountRoute(context),
  deleteAccountRoute(context),
  listMembersRoute(context),
  inviteMemberRoute(context),
  changeMemberRoute(context),
  removeMemberRoute(context),
  makePasswordLinkRoute(context),
  readInvitationRoute(context),
  acceptInvitationRoute(context),
  readPasswordLinkRoute(context),
  resetPasswordRoute(context),
];
