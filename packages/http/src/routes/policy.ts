import { isCurfewError, type PolicyView } from "@curfew/core";
import type { PolicyPatch } from "@curfew/core/policy";
import { entityTag, expectedVersion } from "../headers/if-match.js";
import type { Http } from "../http.js";
import { actorOf } from "../route/actor.js";
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

const patchOf = (body: {
  idle_minutes?: number | null | undefined;
  absolute_minutes?: number | null | undefined;
}): PolicyPatch => ({
  ...(body.idle_minutes === undefined ? {} : { idleMinutes: body.idle_minutes }),
  ...(body.absolute_minutes === undefined ? {} : { absoluteMinutes: body.absolute_minutes }),
});

const bodyOf = async (http: Http, accountId: string, view: PolicyView) =>
  wirePolicy(view, await http.curfew.users.active(accountId));

/** `GET /api/accounts/me/security` */
export const readPolicyRoute = (http: Http) =>
  defineRoute({
    method: "GET",
    path,
    operationId: "getSecurityPolicy",
    summary: "The account's policy, and who is signed in under it",
    description: "The `ETag` is the policy's version, for `If-Match` alone; `If-None-Match` is ignored.",
    tags,
    auth: "owner",
    responses: { 200: { description: "The policy", schema: policySchema, headers: ["ETag"] } },
    async handler({ identity: { accountId } }) {
      const view = await http.curfew.policy.get(accountId);
      return {
        status: 200,
        body: await bodyOf(http, accountId, view),
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
      "`next_login` leaves the sessions that are open as they are. `now` also shortens them, in the same transaction; those whose new deadline has passed end. A longer effective limit asks for a recent sign-in.",
    tags,
    auth: "owner",
    body: changePolicyBody(http.curfew.settings.bounds),
    requestHeaders: ["If-Match"],
    responses: {
      200: {
        description: "The policy as it is now",
        schema: appliedPolicySchema,
        headers: ["ETag", "Set-Cookie"],
      },
    },
    errors: ["reauthentication_required", "precondition_failed"],
    async handler({ c, identity, body, ip }) {
      const { accountId, sessionId, authenticatedAt } = identity;
      const { policy } = http.curfew;
      const version = await expectedVersion(
        c.req.header("if-match"),
        async () => (await policy.get(accountId)).version,
      );
      const updated = await policy.update(accountId, patchOf(body), {
        actor: actorOf({ identity, ip }),
        authenticatedAt,
        apply: body.apply,
        ...(version === undefined ? {} : { version }),
      });
      const { sessionsShortened, sessionsEnded } = updated;
      const applied = { sessions_shortened: sessionsShortened, sessions_ended: sessionsEnded };
      const isOver = sessionsEnded > 0 && (await hasEnded(http, accountId, sessionId));
      return {
        status: 200,
        body: { ...(await bodyOf(http, accountId, updated)), applied },
        headers: { ETag: entityTag(updated.version), ...http.cookieAfter(isOver) },
      };
    },
  });

async function hasEnded(http: Http, accountId: string, sessionId: string): Promise<boolean> {
  try {
    await http.curfew.sessions.get(accountId, sessionId);
    return false;
  } catch (error) {
    if (isCurfewError(error, "session_expired") || isCurfewError(error, "session_revoked")) return true;
    throw error;
  }
}

/** `POST /api/accounts/me/security/preview` */
export const previewPolicyRoute = (http: Http) =>
  defineRoute({
    method: "POST",
    path: `${path}/preview`,
    operationId: "previewSecurityPolicy",
    summary: "What a policy would do if it were applied now",
    description: "Changes nothing.",
    tags,
    auth: "owner",
    body: previewPolicyBody(http.curfew.settings.bounds),
    responses: { 200: { description: "What it would do", schema: previewSchema } },
    async handler({ identity, body }) {
      const { accountId, sessionId } = identity;
      const preview = await http.curfew.policy.preview(accountId, patchOf(body), {
        callerSessionId: sessionId,
      });
      return { status: 200, body: wirePreview(preview) };
    },
  });
