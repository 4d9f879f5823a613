import { useEffect, useState } from "react";

/**
 * A value as it was when it last stayed the same for a while, so that not every letter that is typed is a request.
 *
 * @param waitMs how long, in milliseconds
 */
export function useSettled<Value>(value: Value, waitMs: number): Value {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), waitMs);
    return () => clearTimeout(timer);
  }, [value, waitMs]);
  return settled;
}
