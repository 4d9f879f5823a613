import { isCurfewProblem, type PolicyPreview as Preview } from "@curfew/client";
import type { PolicyOverride } from "@curfew/core/policy";
import { useEffect, useState } from "react";
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
const DEBOUNCE_MS = 250;

interface PreviewState {
  readonly preview: Preview | null;
  readonly failed: boolean;
  /** Whether the preview belongs to an older override. */
  readonly pending: boolean;
}

/** Requests the preview of a policy. Only the response to the newest request counts. */
function usePolicyPreview(override: PolicyOverride | null, version: string): PreviewState {
  const { api } = useCurfew();
  const [response, setResponse] = useState<{ key: string; preview: Preview | null } | null>(null);
  const body = override === null ? null : JSON.stringify(wirePatch(override));
  const key = `${version} ${body}`;
  useEffect(() => {
    if (body === null) return;
    let isNewest = true;
    const load = async () => {
      const options = { body: JSON.parse(body) };
      const preview = await api("POST /api/accounts/me/security/preview", options).catch(noPreview);
      if (isNewest) setResponse({ key, preview });
    };
    const timer = setTimeout(() => void load(), DEBOUNCE_MS);
    return () => {
      isNewest = false;
      clearTimeout(timer);
    };
  }, [api, body, key]);
  if (response === null) return { preview: null, failed: false, pending: true };
  return { preview: response.preview, failed: response.preview === null, pending: response.key !== key };
}

function noPreview(error: unknown): null {
  if (isCurfewProblem(error)) return null;
  throw error;
}
