import { CheckIcon } from "../controls/icons.js";
import { useTexts } from "../provider/context.js";
import { Failure } from "../server-state/request-status.js";
import type { SavePolicy } from "./use-save-policy.js";

/** **Save policy**, and beside it what came of it. */
export function SavePolicyRow({ saving, faulty }: { saving: SavePolicy; faulty: boolean }) {
  const { policy: texts } = useTexts();
  const { busy, problem } = saving.save;
  return (
    <div className="curfew-save">
      <button
        type="submit"
        className="curfew-button"
        data-kind="primary"
        disabled={faulty}
        aria-disabled={busy}
        aria-busy={busy}
      >
        {busy ? texts.saving : texts.save}
      </button>
      <span role="status" className="curfew-saved" data-tone="success">
        {saving.saved && (
          <>
            <CheckIcon /> {texts.saved}
          </>
        )}
      </span>
      <Failure problem={problem} />
    </div>
  );
}
