import { describe, expect, it } from "vitest";
import { describeError } from "../../../src/operations/describe-error.js";

describe("A described error", () => {
  it("names the error, its code and where it was thrown", () => {
    const error = Object.assign(new TypeError("x"), { code: "ERR_X" });
    const described = describeError(error);
    expect(described).toMatchObject({ name: "TypeError", code: "ERR_X" });
    expect(described.frames[0]).toMatch(/^at .*describe-error\.test\.ts:\d+:\d+/);
  });

  it("leaves the message out, which quotes what it complains about", () => {
    const parsing = (): unknown => JSON.parse('{"password": hunter2}');
    const error = (() => {
      try {
        return parsing();
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(String(error)).toContain("hunter2");
    expect(JSON.stringify(describeError(error))).not.toContain("hunter2");
  });

  it("is not fooled by a message whose lines look like frames", () => {
    const error = new Error("first\n    at hunter2 (password)\n    at hunter2\nat file:///x 'hunter2':1:1");
    expect(JSON.stringify(describeError(error))).not.toContain("hunter2");
  });

  it("describes causes the same way, as deep as four", () => {
    let error = new Error("0 hunter2");
    for (let depth = 1; depth < 10; depth += 1) error = new Error(`${depth} hunter2`, { cause: error });
    const text = JSON.stringify(describeError(error));
    expect(text).not.toContain("hunter2");
    expect(text.match(/"cause"/g)).toHaveLength(4);
  });

  it("follows a cause that leads back to itself no further than that", () => {
    const error = new Error("round");
    error.cause = error;
    expect(JSON.stringify(describeError(error)).match(/"cause"/g)).toHaveLength(4);
  });

  it.each([["hunter2"], [{ password: "hunter2" }], [null], [undefined], [7]])(
    "tells only the type of what is no error (%j)",
    (thrown) => {
      expect(describeError(thrown)).toEqual({ name: typeof thrown, frames: [] });
    },
  );

  it("shows twenty frames at most", () => {
    const error = new Error("deep");
    error.stack = `Error: deep\n${"    at f (file:///a.js:1:1)\n".repeat(50)}`;
    expect(describeError(error).frames).toHaveLength(20);
  });
});
