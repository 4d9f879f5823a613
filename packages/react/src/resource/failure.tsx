import type { CurfewProblem } from "@curfew/client";
import { FaultIcon } from "../icons/icons.js";
import { useTexts } from "../provider/context.js";

/** Says why a call failed, where it did; announced at once. */
export function Failure({ problem }: { problem: CurfewProblem | null }) {
  const { loading: texts } = useTexts();
  if (problem === null) return null;
  return (
    <p className="curfew-fault" role="alert">
      <FaultIcon /> {texts.problem(problem.code)}
    </p>
  );
}
