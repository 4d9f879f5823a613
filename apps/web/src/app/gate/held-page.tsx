import { createContext, type ReactNode, useContext, useState } from "react";

/** Whether the session has ended and the page stays only because a form holds unsaved input. */
export const HeldContext = createContext(false);

/** Takes what it contains off the page while the page is held. For everything that shows data about other people. */
export const WhileSignedIn = ({ children }: { children: ReactNode }) =>
  useContext(HeldContext) ? null : children;

/**
 * A state that returns to its initial value when the page is held.
 *
 * @example const [invited, setInvited] = useStateUntilHeld<Invited | null>(null);
 */
export function useStateUntilHeld<Value>(initial: Value): [Value, (value: Value) => void] {
  const isHeld = useContext(HeldContext);
  const [value, setValue] = useState(initial);
  if (isHeld && value !== initial) setValue(initial);
  return [value, setValue];
}
