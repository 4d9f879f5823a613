import { afterEach, expect, test } from "vitest";
import { onActivity, onReturn } from "../../src/browser/page.js";
import type { Activity } from "../../src/session/ports.js";

const seen: Activity[] = [];
let stop = (): void => {};

/** A page with a notice of Curfew's on it, and a dialog that lets no event out. */
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

test("what the page keeps to itself is activity all the same", () => {
  show();
  press("#save");
  expect(seen).toEqual([{ deliberate: true }]);
});

test("what happens inside the notice is no activity", () => {
  show();
  press("#dismiss");
  expect(seen).toEqual([]);
});

test("what happens on the document itself is activity", () => {
  show();
  document.dispatchEvent(new Event("touchmove", { bubbles: true }));
  expect(seen).toEqual([{ deliberate: true }]);
});

test("a page that is seen again is a return, whatever else listens to its document", () => {
  let returns = 0;
  stop = onReturn(() => returns++);
  const hold = (event: Event): void => event.stopImmediatePropagation();
  document.addEventListener("visibilitychange", hold);
  document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
  document.removeEventListener("visibilitychange", hold);
  expect(returns).toBe(1);
});
