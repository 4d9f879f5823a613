import { CurfewProblem, type PolicyPreview } from "@curfew/client";
import type { PolicyOverride } from "@curfew/core/policy";
import { useEffect, useState } from "react";
import { useCurfew } from "../provider/context.js";
import { wirePatch } from "./policy-settings.js";

/** While somebody types, the server is not asked at each key. */
const SETTLED_MS = 250;

/** What the server says a policy would do; `pending` while the answer is to other numbers than these. */
export interface PreviewState {
  readonly preview: PolicyPreview | null;
  readonly failed: boolean;
  readonly pending: boolean;
}

interface Answer {
  readonly asked: string;
  readonly preview: PolicyPreview | null;
}

/**
 * Asks the server what a policy applied now would do, a quarter of a second after the last change; the newest question counts.
 *
 * @param override what would be saved, in minutes; null asks nothing
 * @param version asks again when it changes
 */
export function usePolicyPreview(override: PolicyOverride | null, version: string): PreviewState {
  const { api } = useCurfew();
  const [answer, setAnswer] = useState<Answer | null>(null);
  const body = override === null ? null : JSON.stringify(wirePatch(override));
  const asked = `${version} ${body}`;
  useEffect(() => {
    if (body === null) return;
    let isNewest = true;
    const ask = async () => {
      const options = { body: JSON.parse(body) };
      const preview = await api("POST /api/accounts/me/security/preview", options).catch(noPreview);
      if (isNewest) setAnswer({ asked, preview });
    };
    const timer = setTimeout(() => void ask(), SETTLED_MS);
    return () => {
      isNewest = false;
      clearTimeout(timer);
    };
  }, [api, body, asked]);
  if (answer === null) return { preview: null, failed: false, pending: true };
  return { preview: answer.preview, failed: answer.preview === null, pending: answer.asked !== asked };
}

function noPreview(error: unknown): null {
  if (error instanceof CurfewProblem) return null;
  throw error;
}
