import { useTexts } from "../provider/context.js";
import type { ResourceState } from "./resource-store.js";
import { useResources } from "./use-resource.js";

/**
 * What stands where something is not known yet: a skeleton, or that it could not be loaded and **Try again**.
 *
 * @param lines how high the skeleton is, in lines
 */
export function Loading({ resource, lines }: { resource: ResourceState<unknown>; lines: number }) {
  const { loading: texts } = useTexts();
  const store = useResources();
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
      <button
        type="button"
        className="curfew-button"
        aria-disabled={resource.loading}
        aria-busy={resource.loading}
        onClick={() => void store.refresh()}
      >
        {resource.loading ? texts.loading : texts.retry}
      </button>
    </div>
  );
}
