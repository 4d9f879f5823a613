import { describe, expect, it } from "vitest";
import { thisDeviceFirst } from "../../../../src/pages/own-sessions/this-device-first.js";
import { sessionItem } from "./session-item.js";

const ids = (...items: Parameters<typeof thisDeviceFirst>[0]) => thisDeviceFirst(items).map(({ id }) => id);

describe("the order of a person's own sessions", () => {
  it("puts this device first, wherever the server had it", () => {
    expect(ids(sessionItem("a"), sessionItem("b"), sessionItem("c", { current: true }))).toEqual([
      "c",
      "a",
      "b",
    ]);
  });

  it("leaves the others as the server ordered them", () => {
    expect(ids(sessionItem("b", { current: true }), sessionItem("z"), sessionItem("a"))).toEqual([
      "b",
      "z",
      "a",
    ]);
  });

  it("shows a session once that moved from one page to another between the two calls", () => {
    expect(ids(sessionItem("a"), sessionItem("b"), sessionItem("a"), sessionItem("c"))).toEqual([
      "a",
      "b",
      "c",
    ]);
  });

  it("is empty where nothing is open", () => {
    expect(thisDeviceFirst([])).toEqual([]);
  });
});
