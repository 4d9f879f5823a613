import { afterEach, expect, test } from "vitest";
import { onActivity, onReturn } from "../../src/browser/page-events.js";
import type { Activity } from "../../src/session/ports.js";

const seen: Activity[] = [];
let stop = (): void => {};

/** A page with the expiry notice, and a dialog that stops event propagation. */
function show(): void {
  document.body.innerHTML = `
    <div data-curfew-ignore-activity><button id="dismiss">Dismiss</button></div>
    <div id="dialog"><button id="save">Save</button></div>`;
  document.querySelector("#dialog")?.addEventListener("keydown", (event) => event.stopPropagation());
  stop = onActivity((activity) => seen.push(activity));
}

const press = (selector: string): void => {
  document.querySelector(selector)?.dispatchEvent(new KeyboardEvent("keydown", { bubbles: true }));
};

afterEach(() => {
  stop();
  seen.length = 0;
  document.body.innerHTML = "";
});

test("an event whose propagation is stopped is activity", () => {
  show();
  press("#save");
  expect(seen).toEqual([{ deliberate: true }]);
});

test("an event inside the notice is not activity", () => {
  show();
  press("#dismiss");
  expect(seen).toEqual([]);
});

test("an event on the document is activity", () => {
  show();
  document.dispatchEvent(new Event("touchmove", { bubbles: true }));
  expect(seen).toEqual([{ deliberate: true }]);
});

test("becoming visible is a return even if a listener on the document stops the event", () => {
  let returns = 0;
  stop = onReturn(() => returns++);
  const stopEvent = (event: Event): void => event.stopImmediatePropagation();
  document.addEventListener("visibilitychange", stopEvent);
  document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
  document.removeEventListener("visibilitychange", stopEvent);
  expect(returns).toBe(1);
});
