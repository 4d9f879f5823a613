import { describe, expect, it } from "vitest";
import { readLeftBehind } from "../../../src/app/left-behind.js";

describe("What the gate left in the history", () => {
  it("is read as it was left", () => {
    const left = { ended_at: "2026-11-24T14:32:00.000Z", stood_at: "/account" };
    expect(readLeftBehind(left)).toEqual(left);
    expect(readLeftBehind({ ended_at: null, stood_at: "/" })).toEqual({ ended_at: null, stood_at: "/" });
  });

  it.each([null, undefined, "text", 7, [], {}, { ended_at: 7, stood_at: {} }, ["ended_at"]])(
    "is nothing where %j stands there",
    (state) => {
      expect(readLeftBehind(state)).toEqual({ ended_at: null, stood_at: null });
    },
  );
});
