import { CurfewError, type FieldFault } from "../errors.js";

/** Throws `validation_failed`, if there is a fault. */
export function refuse(faults: readonly FieldFault[]): void {
  if (faults.length > 0) throw new CurfewError("validation_failed", { faults });
}

export const invalid = (field: string, message: string): FieldFault => ({
  field,
  code: "invalid_value",
  message,
});
