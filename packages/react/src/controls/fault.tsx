import type { ReactNode } from "react";
import { FaultIcon } from "./icons.js";

/**
 * What is wrong, in words.
 *
 * @param role `alert` announces it at once
 */
export const Fault = ({ id, role, children }: { id?: string; role?: "alert"; children: ReactNode }) => (
  <p id={id} role={role} className="curfew-fault">
    <FaultIcon /> <span>{children}</span>
  </p>
);
