import { useState } from "react";

/**
 * The newest answer: the one before it while the next is on its way (null).
 *
 * @param answer the same object until it changes
 */
export function useNewest<Answer>(answer: Answer | null): Answer | null {
  const [newest, setNewest] = useState(answer);
  if (answer !== null && answer !== newest) setNewest(answer);
  return answer ?? newest;
}
