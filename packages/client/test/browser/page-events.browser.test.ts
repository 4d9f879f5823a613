import { afterEach, describe, expect, test } from "vitest";
import { onActivity, onReturn } from "../../src/browser/page-events.js";
import type { Activity } from "../../src/session/ports.js";

const seen: Activity[] = [];
let stopping = new AbortController();

/** A page with the expiry notice, and a dialog that stops event propagation. */
function show(body = ""): void {
  document.body.innerHTML = `
    <div data-curfew-ignore-activity><button id="dismiss">Dismiss</button></div>
    <div id="dialog"><button id="save">Save</button></div>
    ${body}`;
  document.querySelector("#dialog")?.addEventListener("keydown", (event) => event.stopPropagation());
  stopping = new AbortController();
  onActivity((activity) => seen.push(activity), stopping.signal);
}

function elementOf<Type extends Element>(selector: string, page: Document = document): Type {
  const element = page.querySelector<Type>(selector);
  if (!element) throw new Error(`expected ${selector}`);
  return element;
}

const press = (selector: string, page?: Document): boolean =>
  elementOf(selector, page).dispatchEvent(new KeyboardEvent("keydown", { bubbles: true }));

/** Waits for the next event of a type. */
const next = (target: EventTarget, type: string): Promise<Event> =>
  new Promise((resolve) => target.addEventListener(type, resolve, { once: true }));

afterEach(() => {
  stopping.abort();
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

test("text that a program inserts without a key is activity", () => {
  show('<textarea id="note"></textarea>');
  elementOf<HTMLTextAreaElement>("#note").focus();
  document.execCommand("insertText", false, "said aloud");
  expect(seen.length).toBeGreaterThan(0);
});

describe("typing in a frame of the same origin", () => {
  const EDITOR = '<p id="text" contenteditable>Text</p>';
  const typeIn = (frame: HTMLIFrameElement): void => {
    seen.length = 0;
    press("#text", frame.contentDocument as Document);
  };

  test("is activity in a frame that was there, that has loaded another page, and that came later", async () => {
    show(`<iframe id="editor" srcdoc='${EDITOR}'></iframe>`);
    const editor = elementOf<HTMLIFrameElement>("#editor");
    await next(editor, "load");
    typeIn(editor);
    expect(seen).toEqual([{ deliberate: true }]);
    editor.srcdoc = `<h1>Another page</h1>${EDITOR}`;
    await next(editor, "load");
    typeIn(editor);
    expect(seen).toEqual([{ deliberate: true }]);

    const later = document.createElement("iframe");
    later.srcdoc = EDITOR;
    document.body.append(later);
    await next(later, "load");
    typeIn(later);
    expect(seen).toEqual([{ deliberate: true }]);
  });

  test("is activity in an editor that writes its own page, in a frame in a frame", async () => {
    show("<iframe id='outer' srcdoc='<iframe></iframe>'></iframe>");
    const outer = elementOf<HTMLIFrameElement>("#outer");
    await next(outer, "load");
    const editor = elementOf<HTMLIFrameElement>("iframe", outer.contentDocument as Document);
    const page = editor.contentDocument as Document;
    const loaded = next(editor, "load");
    page.open();
    page.write(EDITOR);
    page.close();
    await loaded;
    typeIn(editor);
    expect(seen).toEqual([{ deliberate: true }]);
  });

  test("is no activity after the end", async () => {
    show(`<iframe id="editor" srcdoc='${EDITOR}'></iframe>`);
    const editor = elementOf<HTMLIFrameElement>("#editor");
    await next(editor, "load");
    stopping.abort();
    typeIn(editor);
    expect(seen).toEqual([]);
  });
});

describe("a scroll inside an element", () => {
  const LOG = '<div id="log" style="height: 100px; overflow: auto"><p style="height: 500px"></p></div>';
  const scrollTo = async (top: number, behavior: ScrollBehavior = "instant"): Promise<void> => {
    const log = elementOf("#log");
    const scrolled = next(log, "scrollend");
    log.scrollTo({ top, behavior });
    await scrolled;
  };

  test("is activity without a wheel, as with the scrollbar", async () => {
    show(LOG);
    await scrollTo(50);
    expect(seen).toEqual([{ deliberate: true }]);
  });

  test("is no activity of the page itself, which scripts scroll too", async () => {
    show('<p style="height: 300vh"></p>');
    const scrolled = next(document, "scrollend");
    window.scrollTo(0, 50);
    await scrolled;
    expect(seen).toEqual([]);
    window.scrollTo(0, 0);
  });

  test("is no activity when a log follows its end, at once or smoothly", async () => {
    show(LOG);
    await scrollTo(10_000);
    elementOf("#log").insertAdjacentHTML("beforeend", '<p style="height: 500px"></p>');
    await scrollTo(10_000, "smooth");
    expect(seen).toEqual([]);
  });
});

test("a video that plays is activity in sight, not when it is scrolled out of it", () => {
  show('<video id="lesson"></video><p style="height: 300vh"></p>');
  const lesson = elementOf<HTMLVideoElement>("#lesson");
  for (const [name, value] of Object.entries({ videoWidth: 640, paused: false }))
    Object.defineProperty(lesson, name, { value });
  // Media events don't bubble.
  lesson.dispatchEvent(new Event("timeupdate"));
  expect(seen).toEqual([{ deliberate: false }]);
  window.scrollTo(0, document.documentElement.scrollHeight);
  lesson.dispatchEvent(new Event("timeupdate"));
  expect(seen).toHaveLength(1);
});

test("becoming visible is a return even if a listener on the document stops the event", () => {
  let returns = 0;
  stopping = new AbortController();
  onReturn(() => returns++, stopping.signal);
  const stopEvent = (event: Event): void => event.stopImmediatePropagation();
  document.addEventListener("visibilitychange", stopEvent);
  document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
  document.removeEventListener("visibilitychange", stopEvent);
  expect(returns).toBe(1);
});
