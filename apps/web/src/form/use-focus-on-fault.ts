import { type RefObject, useEffect } from "react";
import type { FormFaults } from "./form-faults.js";

/** Takes focus to the first field that was refused; where the whole form was, to its password, to be typed again. */
export function useFocusOnFault(form: RefObject<HTMLFormElement | null>, faults: FormFaults): void {
  useEffect(() => {
    if (faults.fields.size > 0) form.current?.querySelector<HTMLElement>("[aria-invalid='true']")?.focus();
    else if (faults.form !== null)
      form.current?.querySelector<HTMLInputElement>("[type='password']")?.select();
  }, [form, faults]);
}
