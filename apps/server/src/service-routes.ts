import type { Route } from "@curfew/http";
import { accountRoute } from "./accounts/accounts.js";
import {
  acceptInvitationRoute,
  changeMemberRoute,
  inviteMemberRoute,
  listMembersRoute,
  readInvitationRoute,
} from "./members/routes.js";
import type { ServiceContext } from "./service-context.js";
import { loginRoute, passwordRoute, registerRoute } from "./sign-in/routes.js";

/**
 * The service's own routes: sign-in, the account, its members and invitations.
 *
 * @example mountRoutes(app, [...curfewRoutes(http), ...serviceRoutes(context)], http);
 */
export const serviceRoutes = (context: ServiceContext): readonly Route[] => [
  registerRoute(context),
  loginRoute(context),
  passwordRoute(context),
  accountRoute(context.accounts),
  listMembersRoute(context),
  inviteMemberRoute(context),
  changeMemberRoute(context),
  readInvitationRoute(context),
  acceptInvitationRoute(context),
];
