import type { OpenGoverned } from "../../curfew-governed.js";
import type { FieldFault } from "../../errors.js";
import { orderFaults } from "../../session/host-times.js";
import { refuse } from "../faults.js";

/** Throws `validation_failed` with the first row of `import` whose moments are in no order. */
export function validateRows(rows: readonly OpenGoverned[]): void {
  for (const [number, row] of rows.entries()) refuseRow(number, orderFaults(row));
}

/** Throws the first fault of a row, named as a field of it. */
export function refuseRow(row: number, [first]: readonly FieldFault[]): void {
  if (first !== undefined) refuse([{ ...first, field: `rows.${row}.${first.field}` }]);
}
