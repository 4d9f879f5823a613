import { describe, expect, it } from "vitest";
import { copyText } from "../../../../src/pages/members/one-time-link.js";

describe("copyText", () => {
  it("copies the text to the clipboard", async () => {
    const written: string[] = [];
    const clipboard = {
      async writeText(text: string) {
        written.push(text);
      },
    };
    expect(await copyText("https://curfew.example/invite#token", clipboard)).toBe(true);
    expect(written).toEqual(["https://curfew.example/invite#token"]);
  });

  it("returns false if the browser forbids it", async () => {
    const clipboard = {
      async writeText() {
        throw new DOMException("not allowed", "NotAllowedError");
      },
    };
    expect(await copyText("a link", clipboard)).toBe(false);
  });

  it("returns false if the page has no clipboard", async () => {
    expect(await copyText("a link", null)).toBe(false);
  });
});
