const EDGE_PX = 8;
const WIDEST_PX = 280;

/**
 * How far to the left the bubble above a moment has to move, so that it ends on the page; 0 or less, in pixels.
 *
 * @param leftPx where the moment begins, from the left edge of the page
 * @param pageWidthPx how wide the page is
 */
export function bubbleShift(leftPx: number, pageWidthPx: number): number {
  const widthPx = Math.min(WIDEST_PX, 0.8 * pageWidthPx);
  return Math.min(0, pageWidthPx - EDGE_PX - widthPx - leftPx);
}
