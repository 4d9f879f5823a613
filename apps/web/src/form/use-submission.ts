import { isCurfewProblem } from "@curfew/client";
import { type RefObject, useCallback, useEffect, useRef, useState } from "react";
import { problemMessage } from "../text/problem-message.js";
import { t } from "../text/translate.js";

/** What is wrong with a form's fields and with the form as a whole. */
export interface FormFaults {
  /** Messages by the field's name on the wire. */
  readonly fields: ReadonlyMap<string, string>;
  readonly form: string | null;
}

const NO_FAULTS: FormFaults = { fields: new Map(), form: null };

/**
 * Assigns a problem to the form's fields or to the form as a whole.
 *
 * @param fieldNames the form's fields by their names on the wire; faults of other fields concern the whole form
 */
export function formFaults(problem: unknown, fieldNames: readonly string[]): FormFaults {
  const message = problemMessage(problem);
  if (!isCurfewProblem(problem)) return { fields: new Map(), form: message };
  if (problem.code === "email_taken" && fieldNames.includes("email"))
    return { fields: new Map([["email", message]]), form: null };
  if (problem.code !== "validation_failed") return { fields: new Map(), form: message };
  const fieldErrors = problem.errors.filter(({ field }) => fieldNames.includes(field));
  const formMessages = problem.errors
    .filter((error) => !fieldNames.includes(error.field))
    .map((error) => t(error.message));
  const form = fieldErrors.length === 0 && formMessages.length === 0 ? message : formMessages.join(" ");
  // Reversed, because the last entry of a key wins and the first fault of a field is shown.
  return {
    fields: new Map(fieldErrors.toReversed().map((error) => [error.field, t(error.message)])),
    form: form === "" ? null : form,
  };
}

/**
 * Submits a form, one call at a time, and keeps the faults of the last call.
 *
 * @param fieldNames the form's fields by their names on the wire
 */
export function useSubmission(fieldNames: readonly string[]) {
  const [isBusy, setIsBusy] = useState(false);
  const [faults, setFaults] = useState<FormFaults>(NO_FAULTS);
  const isRunning = useRef(false);
  const names = useRef(fieldNames);

  /** @returns whether the call succeeded */
  const submit = useCallback(async (call: () => Promise<unknown>): Promise<boolean> => {
    if (isRunning.current) return false;
    isRunning.current = true;
    setIsBusy(true);
    setFaults(NO_FAULTS);
    try {
      await call();
      return true;
    } catch (problem) {
      setFaults(formFaults(problem, names.current));
      return false;
    } finally {
      isRunning.current = false;
      setIsBusy(false);
    }
  }, []);
  return { isBusy, faults, setFaults, submit };
}

/** Focuses the first invalid field; if the whole form was refused, selects the password to be typed again. */
export function useFocusOnFault(form: RefObject<HTMLFormElement | null>, faults: FormFaults): void {
  useEffect(() => {
    if (faults.fields.size > 0) form.current?.querySelector<HTMLElement>("[aria-invalid='true']")?.focus();
    else if (faults.form !== null)
      form.current?.querySelector<HTMLInputElement>("[autocomplete$='password']")?.select();
  }, [form, faults]);
}
