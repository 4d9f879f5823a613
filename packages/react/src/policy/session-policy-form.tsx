import type { PolicyField } from "@curfew/core/policy";
import { useRef } from "react";
import { Button } from "../controls/button.js";
import { Card } from "../controls/card.js";
import { InfoIcon, WarningIcon } from "../controls/icons.js";
import { Loading } from "../server-state/request-status.js";
import { useSecurityPolicy } from "../server-state/use-resource.js";
import { useTexts } from "../session/context.js";
import { useUnsavedInput } from "../session/unsaved-input.js";
import { useSession } from "../session/use-session.js";
import { type AccountPolicy, choosePreset, draftOverride, type PolicyDraft } from "./policy-draft.js";
import { LimitInput, PresetRadios } from "./policy-fields.js";
import { PolicyPreview } from "./policy-preview.js";
import { OwnSignOutDialog, SavePolicyRow, useSavePolicy } from "./save-policy.js";
import { StandardsBadges } from "./standards-badges.js";
import { useEditedPolicy } from "./use-edited-policy.js";
import { usePolicyForm } from "./use-policy-form.js";
import { WorkingDayPicture } from "./working-day-picture.js";

/**
 * Shows and edits the account's session policy (owners only): presets, both limits, a preview and supported standards.
 *
 * @param onSaved called after each save
 * @example <SessionPolicyForm onSaved={() => toast("Saved")} />
 */
export function SessionPolicyForm({ onSaved }: { onSaved?: () => void }) {
  const { policy: texts } = useTexts();
  const resource = useSecurityPolicy();
  const policy = useEditedPolicy(resource.data);
  return (
    <Card kind="policy" title={texts.title}>
      {policy === undefined ? (
        <Loading resource={resource} lines={8} />
      ) : (
        <PolicyEditor policy={policy} onSaved={onSaved} />
      )}
    </Card>
  );
}

const FIELDS: readonly PolicyField[] = ["idleMinutes", "absoluteMinutes"];

function PolicyEditor({ policy, onSaved }: { policy: AccountPolicy; onSaved: (() => void) | undefined }) {
  const { policy: texts } = useTexts();
  const form = usePolicyForm(policy);
  const save = useSavePolicy(form, onSaved);
  const element = useRef<HTMLFormElement>(null);
  const { draft, faults } = form;
  // The preview names people, so it leaves the page with the session.
  const isSignedIn = useSession().status === "signed_in";
  useUnsavedInput(form.dirty);

  const change = (next: PolicyDraft) => {
    save.reset();
    form.change(next);
  };
  const reload = () => {
    save.reset();
    form.reset();
    element.current?.querySelector<HTMLElement>("input:checked")?.focus();
  };
  const faultOf = (field: PolicyField) => {
    const fault = form.shownFaults.find((shown) => shown.field === field);
    return fault === undefined ? null : texts.fault(fault);
  };
  const isConflict = form.dirty && !save.action.busy && (form.outdated || save.outcome === "conflict");
  return (
    <form
      ref={element}
      noValidate
      className="curfew-policy-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (faults.length === 0) void save.action.run(false);
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
              fault={faultOf(field)}
              disabled={draft.preset !== "custom"}
              onChange={(value) => change({ ...draft, [field]: value })}
              onBlur={() => form.blur(field)}
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
      {draft.applyNow && isSignedIn && (
        <PolicyPreview override={faults.length === 0 ? draftOverride(draft) : null} version={policy.etag} />
      )}
      {isConflict && <ConflictNote onReload={reload} />}
      <SavePolicyRow save={save} disabled={faults.length > 0} />
      <OwnSignOutDialog save={save} />
    </form>
  );
}

/** Another change was saved meanwhile; the input stays until **Reload**. */
function ConflictNote({ onReload }: { onReload: () => void }) {
  const { policy: texts } = useTexts();
  return (
    <div className="curfew-note" data-tone="warning" role="alert">
      <WarningIcon />
      <span>{texts.conflict}</span>
      <Button onClick={onReload}>{texts.reload}</Button>
    </div>
  );
}
