import type { PolicyOverride } from "@curfew/core/policy";
import { useNewest } from "../search/use-newest.js";
import { useSettled } from "../search/use-settled.js";
import { useResource } from "../server-state/use-resource.js";
import { useCurfew, useTexts } from "../session/context.js";
import type { NamedUsers } from "../texts/texts.js";
import { wirePatch } from "./policy-draft.js";

/**
 * The effect of applying a policy now, in words: how many sessions end, and whose.
 *
 * @param override the policy to save, in minutes; null keeps the last preview
 * @param version loads the preview again when it changes
 */
export function PolicyPreview({ override, version }: { override: PolicyOverride | null; version: string }) {
  const { policy: texts } = useTexts();
  const { preview, failed, pending } = usePolicyPreview(override, version);
  return (
    <div className="curfew-preview" role="status" aria-busy={pending}>
      {preview === null ? (
        <p>{override === null || (failed && !pending) ? texts.previewUnavailable : texts.previewing}</p>
      ) : (
        <>
          <p>
            <span>
              {texts.previewEnded({
                sessions: preview.sessions,
                ended: preview.sessions_ended,
                includesOwn: preview.caller_session_ends,
              })}
            </span>{" "}
            {preview.sessions_shortened > 0 && (
              <span>{texts.previewShortened(preview.sessions_shortened)}</span>
            )}
          </p>
          {preview.users_ended > 0 && (
            <p>
              {texts.previewUsers(
                namedUsers(
                  preview.users_ended_first.map((user) => user.name),
                  preview.users_ended,
                ),
              )}
            </p>
          )}
        </>
      )}
    </div>
  );
}

/** Number of users named when not all of them are known by name. */
const NAMED_OF_MANY = 2;

/**
 * Names all users if all names are known, otherwise the first two and the number of the others.
 *
 * @param names the names of the first users
 * @param total the number of users
 * @example namedUsers(["Ada", "Grace", "Alan"], 14) // { names: ["Ada", "Grace"], more: 12 }
 */
export function namedUsers(names: readonly string[], total: number): NamedUsers {
  const shown = names.length >= total ? names : names.slice(0, NAMED_OF_MANY);
  return { names: shown, more: Math.max(0, total - shown.length) };
}

/** Typing sends one request per pause, not one per key. */
const PAUSE_MS = 250;

/** Requests the preview of a policy. Until the answer is there, `preview` is the one before. */
function usePolicyPreview(override: PolicyOverride | null, version: string) {
  const { api } = useCurfew();
  const typed = override && JSON.stringify(wirePatch(override));
  const body = useSettled(typed, PAUSE_MS);
  const { data, problem } = useResource(body && `preview:${version} ${body}`, () =>
    api("POST /api/accounts/me/security/preview", { body: JSON.parse(body ?? "") }),
  );
  const preview = useNewest(data ?? null);
  const isAnswered = typed === body && (data !== undefined || problem !== null);
  return { preview: problem === null ? preview : null, failed: problem !== null, pending: !isAnswered };
}
