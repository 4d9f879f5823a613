import type { PolicyPatch } from "@curfew/core/policy";
import type { Http } from "../http.js";
import { actorOf } from "../route/authenticate.js";
import { defineRoute } from "../route/define.js";
import {
  appliedPolicySchema,
  changePolicyBody,
  policySchema,
  previewPolicyBody,
  previewSchema,
  wirePolicy,
  wirePreview,
} from "../wire/policy.js";

const tags = ["Security policy"];
const path = "/api/accounts/me/security";

/** `GET /api/accounts/me/security` */
export const readPolicyRoute = (http: Http) =>
  defineRoute({
    method: "GET",
    path,
    operationId: "getSecurityPolicy",
    summary: "Read the account's policy, and the users with live sessions",
    description: "The `ETag` is the policy's version, for use in `If-Match`. `If-None-Match` is ignored.",
    tags,
    auth: "owner",
    responses: { 200: { description: "The policy", schema: policySchema, headers: ["ETag"] } },
    async handler({ identity: { accountId } }) {
      const view = await http.curfew.policy.get(accountId);
      return {
        status: 200,
        body: wirePolicy(view, await http.curfew.users.active(accountId)),
        headers: { ETag: entityTag(view.version) },
      };
    },
  });

/** `PATCH /api/accounts/me/security` */
export const updatePolicyRoute = (http: Http) =>
  defineRoute({
    method: "PATCH",
    path,
    operationId: "updateSecurityPolicy",
    summary: "Change the account's policy",
    description:
      "`next_login` leaves the open sessions unchanged. `now` also shortens them, in the same transaction, and ends those whose new deadline has passed. A longer effective limit requires a recent sign-in.",
    tags,
    auth: "owner",
    body: changePolicyBody(http.curfew.settings.bounds),
    requestHeaders: ["If-Match"],
    responses: {
      200: {
        description: "The policy after the change",
        schema: appliedPolicySchema,
        headers: ["ETag", "Set-Cookie"],
      },
    },
    errors: ["reauthentication_required", "precondition_failed"],
    async handler({ c, identity, body, ip }) {
      const { accountId, authenticatedAt } = identity;
      const { policy } = http.curfew;
      const version = await expectedVersion(
        c.req.header("if-match"),
        async () => (await policy.get(accountId)).version,
      );
      const updated = await policy.update(accountId, patchOf(body), {
        actor: actorOf({ identity, ip }),
        authenticatedAt,
        ownerOnly: true,
        apply: body.apply,
        ...(version === undefined ? {} : { version }),
      });
      const { sessionsShortened, sessionsEnded } = updated;
      const applied = { sessions_shortened: sessionsShortened, sessions_ended: sessionsEnded };
      return {
        status: 200,
        body: { ...wirePolicy(updated, updated.activeUsers), applied },
        headers: { ETag: entityTag(updated.version), ...http.cookieAfter(updated.callerSessionEnded) },
      };
    },
  });

/** `POST /api/accounts/me/security/preview` */
export const previewPolicyRoute = (http: Http) =>
  defineRoute({
    method: "POST",
    path: `${path}/preview`,
    operationId: "previewSecurityPolicy",
    summary: "Preview the effect of applying a policy now",
    description: "Changes nothing.",
    tags,
    auth: "owner",
    body: previewPolicyBody(http.curfew.settings.bounds),
    responses: { 200: { description: "The effect", schema: previewSchema } },
    async handler({ identity: { accountId, sessionId }, body }) {
      const preview = await http.curfew.policy.preview(accountId, patchOf(body), {
        callerSessionId: sessionId,
      });
      return { status: 200, body: wirePreview(preview) };
    },
  });

const patchOf = (body: {
  idle_minutes?: number | null | undefined;
  absolute_minutes?: number | null | undefined;
}): PolicyPatch => ({
  ...(body.idle_minutes === undefined ? {} : { idleMinutes: body.idle_minutes }),
  ...(body.absolute_minutes === undefined ? {} : { absoluteMinutes: body.absolute_minutes }),
});

/** An entity tag of a version, also with what proxies that compress add: `W/` in front, or the coding at the end. */
const VERSION_TAG = /^(?:W\/)?"([1-9]\d*)(?:[-;:.+_]{1,2}[A-Za-z][A-Za-z\d]*)*"$/;

/** A version that no policy has, so that the update fails with `precondition_failed`. */
const NO_VERSION = 0;

/** The policy's version as an entity tag (RFC 9110 §8.8.3). */
const entityTag = (version: number): string => `"${version}"`;

/**
 * Reads the version that `If-Match` requires (RFC 9110 §13.1.1): undefined if any version is accepted, and `NO_VERSION`
 * if no listed tag can be the current one. Compression changes no version, so a tag that a proxy rewrote for it counts as the
 * tag that it was, other than in the RFC's strong comparison.
 *
 * @param currentVersion called only for a list of several tags
 */
async function expectedVersion(
  header: string | undefined,
  currentVersion: () => Promise<number>,
): Promise<number | undefined> {
  if (header === undefined || header.trim() === "*") return undefined;
  const versions = header.split(",").flatMap((tag) => versionIn(tag.trim()));
  if (versions.length <= 1) return versions[0] ?? NO_VERSION;
  const version = await currentVersion();
  return versions.includes(version) ? version : NO_VERSION;
}

function versionIn(tag: string): number[] {
  const [, text] = VERSION_TAG.exec(tag) ?? [];
  const version = Number(text);
  return Number.isSafeInteger(version) ? [version] : [];
}
