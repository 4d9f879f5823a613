import { useId } from "react";
import { useTexts } from "../provider/context.js";
import { Loading } from "../server-state/request-status.js";
import { useSecurityPolicy } from "../server-state/use-resource.js";
import { PolicyEditor } from "./policy-editor.js";

/**
 * The account's session policy (owners only): presets, two limits, what they would do, and what they look like.
 *
 * @param onSaved called after each save
 * @example <SessionPolicyForm onSaved={() => toast("Saved")} />
 */
export function SessionPolicyForm({ onSaved }: { onSaved?: () => void }) {
  const { policy: texts } = useTexts();
  const policy = useSecurityPolicy();
  const id = useId();
  return (
    <section className="curfew-root curfew-card curfew-policy" aria-labelledby={id}>
      <h2 id={id} className="curfew-title">
        {texts.title}
      </h2>
      {policy.data === undefined ? (
        <Loading resource={policy} lines={8} />
      ) : (
        <PolicyEditor policy={policy.data} onSaved={onSaved} />
      )}
    </section>
  );
}
