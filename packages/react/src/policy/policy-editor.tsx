import type { SecurityPolicy, Versioned } from "@curfew/client";
import type { PolicyField } from "@curfew/core/policy";
import { useRef } from "react";
import { InfoIcon } from "../controls/icons.js";
import { useUnsavedInput } from "../hooks/use-unsaved-input.js";
import { useTexts } from "../provider/context.js";
import { formatDuration } from "../time/format.js";
import { WorkingDayPicture } from "../working-day/working-day-picture.js";
import { LimitInput } from "./limit-input.js";
import { OwnEndDialog } from "./own-end-dialog.js";
import { choosePreset, draftOverride, type PolicyDraft, typedMinutes } from "./policy-draft.js";
import { PolicyOvertaken } from "./policy-overtaken.js";
import { PolicyPreview } from "./policy-preview.js";
import { PresetRadios } from "./preset-radios.js";
import { SavePolicyRow } from "./save-policy-row.js";
import { StandardsBadges } from "./standards-badges.js";
import { usePolicyForm } from "./use-policy-form.js";
import { useSavePolicy } from "./use-save-policy.js";

const FIELDS: readonly PolicyField[] = ["idleMinutes", "absoluteMinutes"];

/** The policy form over a policy that is known. */
export function PolicyEditor({
  policy,
  onSaved,
}: {
  policy: Versioned<SecurityPolicy>;
  onSaved: (() => void) | undefined;
}) {
  const { policy: texts, locale } = useTexts();
  const duration = (minutes: number) => formatDuration(locale, minutes);
  const form = usePolicyForm(policy);
  const saving = useSavePolicy(form, onSaved);
  const element = useRef<HTMLFormElement>(null);
  const { draft, faults } = form;
  useUnsavedInput(form.dirty);

  const change = (next: PolicyDraft) => {
    saving.forget();
    form.change(next);
  };
  const reload = () => {
    saving.forget();
    form.reset();
    element.current?.querySelector<HTMLElement>("input:checked")?.focus();
  };
  const words = (typed: string) => {
    const minutes = typedMinutes(typed);
    return minutes >= 1 ? duration(minutes) : "";
  };
  const faultOf = (field: PolicyField) => {
    const fault = form.shown.find((one) => one.field === field);
    return fault === undefined ? null : texts.fault(fault);
  };
  return (
    <form
      ref={element}
      noValidate
      className="curfew-policy-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (faults.length === 0) void saving.save.run(false);
      }}
    >
      <div className="curfew-policy-columns">
        <div>
          <PresetRadios
            policy={policy}
            value={draft.preset}
            onChoose={(preset) => change(choosePreset(draft, preset, policy))}
          />
          {FIELDS.map((field) => (
            <LimitInput
              key={field}
              label={field === "idleMinutes" ? texts.idle : texts.absolute}
              value={draft[field]}
              words={words(draft[field])}
              fault={faultOf(field)}
              disabled={draft.preset !== "custom"}
              onType={(value) => change({ ...draft, [field]: value })}
              onLeave={() => form.leave(field)}
            />
          ))}
        </div>
        <div>
          <WorkingDayPicture limits={form.limits} />
          <StandardsBadges limits={form.limits} />
        </div>
      </div>
      <div className="curfew-note" data-tone="info">
        <InfoIcon />
        <span>{draft.applyNow ? texts.nextLoginAndNow : texts.nextLogin}</span>
      </div>
      <label className="curfew-check">
        <input
          type="checkbox"
          checked={draft.applyNow}
          onChange={(event) => change({ ...draft, applyNow: event.currentTarget.checked })}
        />
        {texts.applyNow}
      </label>
      {draft.applyNow && (
        <PolicyPreview override={faults.length === 0 ? draftOverride(draft) : null} version={policy.etag} />
      )}
      {form.dirty && !saving.save.busy && (form.overtaken || saving.refused) && (
        <PolicyOvertaken onReload={reload} />
      )}
      <SavePolicyRow saving={saving} faulty={faults.length > 0} />
      <OwnEndDialog saving={saving} />
    </form>
  );
}
