import type { CurfewProblem } from "@curfew/client";
import { Button } from "../controls/button.js";
import { Fault } from "../controls/fault.js";
import { useTexts } from "../session/context.js";
import type { ResourceState } from "./resource-store.js";
import type { Action } from "./use-action.js";
import { useResourceStore } from "./use-resource.js";

/**
 * Stands in for a resource without data: a skeleton, or an error with **Try again**.
 *
 * @param lines height of the skeleton in lines
 */
export function Loading({ resource, lines }: { resource: ResourceState<unknown>; lines: number }) {
  const { loading: texts } = useTexts();
  const store = useResourceStore();
  if (resource.problem === null)
    return (
      <div className="curfew-skeleton">
        <span className="curfew-hidden">{texts.loading}</span>
        {Array.from({ length: lines }, (_, line) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the lines are all alike
          <span key={line} aria-hidden="true" />
        ))}
      </div>
    );
  return (
    <div className="curfew-note" data-tone="danger" role="alert">
      <span>
        {texts.failed} {texts.problem(resource.problem.code)}
      </span>
      <Button busy={resource.loading} busyLabel={texts.loading} onClick={() => void store.refresh()}>
        {texts.retry}
      </Button>
    </div>
  );
}

/** Explains why a call failed. Renders nothing without a problem. */
export function Failure({ problem }: { problem: CurfewProblem | null }) {
  const { loading: texts } = useTexts();
  if (problem === null) return null;
  return <Fault role="alert">{texts.problem(problem.code)}</Fault>;
}

/** **Show more** below a paginated list. */
export function MoreButton({ more }: { more: Pick<Action, "busy" | "run"> }) {
  const { loading: texts } = useTexts();
  return (
    <Button action={more} busyLabel={texts.loading}>
      {texts.showMore}
    </Button>
  );
}
