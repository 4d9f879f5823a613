import { CurfewProblem } from "@curfew/client";
import { problemWords } from "../words/problem-words.js";

/** Where a form says what is wrong: beneath its fields or, of the whole of it, above them. */
export interface FormFaults {
  /** By the field's name on the wire. */
  readonly fields: ReadonlyMap<string, string>;
  readonly form: string | null;
}

export const NO_FAULTS: FormFaults = { fields: new Map(), form: null };

/**
 * What a call's problem means to a form.
 *
 * @param shown the form's own fields, as they are named on the wire; a fault of another is told of the whole form
 */
export function formFaults(problem: unknown, shown: readonly string[]): FormFaults {
  const words = problemWords(problem);
  if (!(problem instanceof CurfewProblem)) return { fields: new Map(), form: words };
  if (problem.code === "email_taken" && shown.includes("email"))
    return { fields: new Map([["email", words]]), form: null };
  if (problem.code !== "validation_failed") return { fields: new Map(), form: words };
  const own = problem.errors.filter(({ field }) => shown.includes(field));
  const others = problem.errors.filter(({ field }) => !shown.includes(field)).map(({ message }) => message);
  const form = own.length === 0 && others.length === 0 ? words : others.join(" ");
  // The first fault of a field is the one that is told, so it is put in last.
  return {
    fields: new Map(own.toReversed().map(({ field, message }) => [field, message])),
    form: form === "" ? null : form,
  };
}
