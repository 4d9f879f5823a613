import type { PolicyOverride } from "@curfew/core/policy";
import { useTexts } from "../provider/context.js";
import { peopleNamed } from "./people-named.js";
import { usePolicyPreview } from "./use-policy-preview.js";

/** Tells in words what a policy applied now would do: how many sessions end, and whose. */
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
            {texts.previewEnded({
              sessions: preview.sessions,
              ended: preview.sessions_ended,
              includesOwn: preview.caller_session_ends,
            })}{" "}
            {preview.sessions_shortened > 0 && texts.previewShortened(preview.sessions_shortened)}
          </p>
          {preview.users_ended > 0 && (
            <p>
              {texts.previewUsers(
                peopleNamed(
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
