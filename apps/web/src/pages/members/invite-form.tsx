import type { Invited, InviteMember } from "@curfew/client";
import { useUnsavedInput } from "@curfew/react";
import { type ComponentProps, useId, useRef } from "react";
import { useForm } from "react-hook-form";
import { FormFault, SubmitButton, TextField } from "../../form/form-fields.js";
import { useFocusOnFault, useSubmission } from "../../form/use-submission.js";
import { t } from "../../text/translate.js";
import { useInviteMember } from "./use-members.js";

const EMPTY: InviteMember = { name: "", email: "", role: "member" };

/** @param onInvited called with the invitation link */
export function InviteForm({ onInvited }: { onInvited: (invited: Invited) => void }) {
  const id = useId();
  const form = useRef<HTMLFormElement>(null);
  const { register, handleSubmit, formState, reset } = useForm({ defaultValues: EMPTY });
  const { isBusy, faults, submit } = useSubmission(["name", "email", "role"]);
  const invite = useInviteMember();
  useFocusOnFault(form, faults);
  useUnsavedInput(formState.isDirty);

  const onSubmit = handleSubmit((values) =>
    submit(async () => {
      onInvited(await invite.mutateAsync(values));
      // The link is a secret: only the page keeps it.
      invite.reset();
      reset();
    }),
  );
  const field = (name: "name" | "email", required: string) => ({
    ...register(name, { required }),
    fault: formState.errors[name]?.message ?? faults.fields.get(name) ?? null,
  });

  return (
    <section className="curfew-card" aria-labelledby={id}>
      <h2 id={id}>{t("Invite somebody")}</h2>
      <form
        ref={form}
        noValidate
        className="grid grid-cols-1 items-start gap-4 sm:grid-cols-2"
        onSubmit={onSubmit}
      >
        <div className="contents sm:*:col-span-2">
          <FormFault text={faults.form} />
        </div>
        <TextField label={t("Name")} autoComplete="off" {...field("name", t("Enter a name."))} />
        <TextField
          label={t("E-mail")}
          type="email"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          {...field("email", t("Enter an e-mail address."))}
        />
        <RoleField {...register("role")} />
        <div className="self-end">
          <SubmitButton label={t("Invite member")} busyLabel={t("Inviting…")} isBusy={isBusy} />
        </div>
      </form>
    </section>
  );
}

function RoleField(select: ComponentProps<"select">) {
  const id = useId();
  return (
    <div className="curfew-field">
      <label className="curfew-label" htmlFor={id}>
        {t("Role")}
      </label>
      <select id={id} className="curfew-input" {...select}>
        <option value="member">{t("Member")}</option>
        <option value="owner">{t("Owner")}</option>
      </select>
    </div>
  );
}
