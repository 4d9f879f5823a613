import { useCallback, useRef, useState } from "react";
import { type FormFaults, formFaults, NO_FAULTS } from "./form-faults.js";

/**
 * Sends a form: one call at a time, with what was wrong with the last.
 *
 * @param shown the form's fields, as they are named on the wire
 */
export function useSending(shown: readonly string[]) {
  const [isBusy, setIsBusy] = useState(false);
  const [faults, setFaults] = useState<FormFaults>(NO_FAULTS);
  const isUnderWay = useRef(false);
  const fields = useRef(shown);

  /** @returns whether the call went through */
  const send = useCallback(async (call: () => Promise<unknown>): Promise<boolean> => {
    if (isUnderWay.current) return false;
    isUnderWay.current = true;
    setIsBusy(true);
    setFaults(NO_FAULTS);
    try {
      await call();
      return true;
    } catch (problem) {
      setFaults(formFaults(problem, fields.current));
      return false;
    } finally {
      isUnderWay.current = false;
      setIsBusy(false);
    }
  }, []);
  return { isBusy, faults, setFaults, send };
}
