import { useTexts } from "../provider/context.js";
import type { ShownWarning } from "./use-shown-warning.js";

/**
 * The live regions of the notice, on the page before there is anything to say: what is added with its region is not
 * always announced. They hold nothing that ticks, so that each speaks once for a deadline.
 *
 * @param shown null where no notice shows
 */
export function Announcements({ shown }: { shown: ShownWarning | null }) {
  const { notice: texts } = useTexts();
  return (
    <>
      <div className="curfew-hidden" role="status">
        {shown !== null && texts.announcement[shown.reason](shown.at)}
      </div>
      <div className="curfew-hidden" role="alert">
        {shown?.isLastMinute && texts.lastMinute[shown.reason]}
      </div>
    </>
  );
}
