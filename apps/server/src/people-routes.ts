import type { Route } from "@curfew/http";
import { accountRoute } from "./accounts/account-route.js";
import { acceptInvitationRoute, readInvitationRoute } from "./invitations/routes.js";
import { changeMemberRoute, inviteMemberRoute, listMembersRoute } from "./members/routes.js";
import type { People } from "./people.js";
import { loginRoute } from "./sign-in/login-route.js";
import { passwordRoute } from "./sign-in/password-route.js";
import { registerRoute } from "./sign-in/register-route.js";

/**
 * The routes of the service's own people: sign-in, the account, its members and invitations.
 *
 * @example mountRoutes(app, [...curfewRoutes(http), ...peopleRoutes(people)], http);
 */
export const peopleRoutes = (people: People): readonly Route[] => [
  registerRoute(people),
  loginRoute(people),
  passwordRoute(people),
  accountRoute(people),
  listMembersRoute(people),
  inviteMemberRoute(people),
  changeMemberRoute(people),
  readInvitationRoute(people),
  acceptInvitationRoute(people),
];
