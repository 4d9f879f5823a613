import { WarningIcon } from "../controls/icons.js";
import { useTexts } from "../provider/context.js";

/** Says that somebody else has saved meanwhile; what was typed stays until **Reload** is pressed. */
export function PolicyOvertaken({ onReload }: { onReload: () => void }) {
  const { policy: texts } = useTexts();
  return (
    <div className="curfew-note" data-tone="warning" role="alert">
      <WarningIcon />
      <span>{texts.conflict}</span>
      <button type="button" className="curfew-button" onClick={onReload}>
        {texts.reload}
      </button>
    </div>
  );
}
