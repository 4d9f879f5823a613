import { describe, expect, it } from "vitest";
import { copyText } from "../../../../src/pages/members/copy-text.js";

describe("copying a text", () => {
  it("puts the whole of it on the clipboard", async () => {
    const written: string[] = [];
    const clipboard = {
      async writeText(text: string) {
        written.push(text);
      },
    };
    expect(await copyText("https://curfew.example/invite#token", clipboard)).toBe(true);
    expect(written).toEqual(["https://curfew.example/invite#token"]);
  });

  it("says so where the browser forbids it", async () => {
    const clipboard = {
      async writeText() {
        throw new DOMException("not allowed", "NotAllowedError");
      },
    };
    expect(await copyText("a link", clipboard)).toBe(false);
  });

  it("says so where the page has no clipboard", async () => {
    expect(await copyText("a link", null)).toBe(false);
  });
});
