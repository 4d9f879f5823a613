import type { KeyboardEvent } from "react";

const FOCUSABLE = "a[href], button, input, select, textarea, [tabindex]";

/** Sends Tab from the last element of a dialog to its first, and back: the native one lets it out to the browser. */
export function wrapFocus(event: KeyboardEvent<HTMLElement>): void {
  if (event.key !== "Tab") return;
  const stops = [...event.currentTarget.querySelectorAll<HTMLElement>(FOCUSABLE)].filter(
    (element) => !element.matches(":disabled, [tabindex='-1'], [hidden]"),
  );
  const [from, to] = event.shiftKey ? [stops[0], stops.at(-1)] : [stops.at(-1), stops[0]];
  if (to === undefined || document.activeElement !== from) return;
  event.preventDefault();
  to.focus();
}
