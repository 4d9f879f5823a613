import { useTexts } from "../provider/context.js";
import type { Action } from "./use-action.js";

/** **Show more**, beneath a list that goes on. */
export function MoreButton({ more }: { more: Action }) {
  const { loading: texts } = useTexts();
  return (
    <button
      type="button"
      className="curfew-button"
      aria-disabled={more.busy}
      aria-busy={more.busy}
      onClick={() => void more.run()}
    >
      {more.busy ? texts.loading : texts.showMore}
    </button>
  );
}
