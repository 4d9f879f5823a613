import type { AuthContext } from "better-auth";
import { adapterOf } from "./accounts.js";
import { type Host, inOrganization, organizationOptions } from "./host.js";

/** What a call says. */
export interface Said {
  readonly path?: string;
  readonly query?: unknown;
  readonly body?: unknown;
}

const SET_ACTIVE = "/organization/set-active";

/** Whether a call goes from one organization to another, or to none. */
export const isMove = ({ path }: Said): boolean => path === SET_ACTIVE;

const CANCEL_INVITATION = "/organization/cancel-invitation";
const LIST_TEAM_MEMBERS = "/organization/list-team-members";

/**
 * A session in each of the organizations that a call is about: its active one, and those that the call names. Leaving an
 * organization is only about the next one.
 *
 * @param present the session, and as the cookie cache has it
 */
export async function hostsOf(
  auth: AuthContext,
  call: Said,
  present: readonly [Host, ...Host[]],
): Promise<readonly Host[]> {
  const [host] = present;
  const options = organizationOptions(auth);
  if (options === null) return present;
  if (isMove(call)) return nextHosts(auth, call.body, present);
  const ids = new Set([
    ...textsIn(call, "organizationId"),
    ...(await idsBy(auth, "organization", "slug", textsIn(call, "organizationSlug"), "id")),
    ...(options.teams?.enabled === true
      ? await idsBy(auth, "team", "id", teamsOf(call, host), "organizationId")
      : []),
    ...(call.path === CANCEL_INVITATION
      ? await idsBy(auth, "invitation", "id", textsIn(call, "invitationId"), "organizationId")
      : []),
  ]);
  return [...present, ...[...ids].map((id) => inOrganization(host, id))];
}

/** Where `set-active` leads to. It reads its body alone, and an id before a slug; without both the session stays where it is. */
async function nextHosts(
  auth: AuthContext,
  body: unknown,
  present: readonly [Host, ...Host[]],
): Promise<readonly Host[]> {
  if (fieldOf(body, "organizationId") === null) return [inOrganization(present[0], null)];
  const ids = textIn(body, "organizationId");
  const next =
    ids.length > 0 ? ids : await idsBy(auth, "organization", "slug", textIn(body, "organizationSlug"), "id");
  return next.length === 0 ? present : next.map((id) => inOrganization(present[0], id));
}

/** The teams that a call names; the active team, which may be of an organization that the session has left. */
function teamsOf(call: Said, { session }: Host): readonly string[] {
  const named = textsIn(call, "teamId");
  return named.length === 0 && call.path === LIST_TEAM_MEMBERS ? textIn(session, "activeTeamId") : named;
}

async function idsBy(
  auth: AuthContext,
  model: "organization" | "team" | "invitation",
  field: string,
  values: readonly string[],
  wanted: "id" | "organizationId",
): Promise<readonly string[]> {
  const adapter = await adapterOf(auth);
  const ids: string[] = [];
  for (const value of new Set(values)) {
    const row = await adapter.findOne<Record<string, string>>({ model, where: [{ field, value }] });
    ids.push(...textIn(row, wanted));
  }
  return ids;
}

const textsIn = ({ query, body }: Said, name: string): readonly string[] =>
  [query, body, fieldOf(body, "data")].flatMap((place) => textIn(place, name));

const fieldOf = (place: unknown, name: string): unknown =>
  typeof place === "object" && place !== null ? (place as Record<string, unknown>)[name] : undefined;

function textIn(place: unknown, name: string): readonly string[] {
  const value = fieldOf(place, name);
  return [value].flat().filter((one): one is string => typeof one === "string" && one !== "");
}
