import { CurfewProblem, type SessionItem } from "@curfew/client";
import { describe, expect, it } from "vitest";
import { ignoreNotFound, thisDeviceFirst } from "../../../../src/pages/own-sessions/use-own-sessions.js";

/** A session of Ada, by default of another browser. */
const sessionItem = (id: string, changes: Partial<SessionItem> = {}): SessionItem => ({
  id,
  user: { id: "user-1", name: "Ada", email: "ada@lantern.example" },
  device: { label: "Firefox on Linux", user_agent: "Mozilla/5.0", ip: "192.0.2.20" },
  last_seen: { label: "Firefox on Linux", user_agent: "Mozilla/5.0", ip: "192.0.2.20" },
  started_at: "2026-11-24T08:00:00.000Z",
  last_active_at: "2026-11-24T09:00:00.000Z",
  idle_expires_at: "2026-11-24T10:00:00.000Z",
  absolute_expires_at: "2026-11-25T08:00:00.000Z",
  current: false,
  ...changes,
});

const ids = (...items: Parameters<typeof thisDeviceFirst>[0]) => thisDeviceFirst(items).map(({ id }) => id);

describe("thisDeviceFirst", () => {
  it("moves this browser's session to the front", () => {
    expect(ids(sessionItem("a"), sessionItem("b"), sessionItem("c", { current: true }))).toEqual([
      "c",
      "a",
      "b",
    ]);
  });

  it("keeps the order of the others", () => {
    expect(ids(sessionItem("b", { current: true }), sessionItem("z"), sessionItem("a"))).toEqual([
      "b",
      "z",
      "a",
    ]);
  });

  it("keeps a session once that is on two pages", () => {
    expect(ids(sessionItem("a"), sessionItem("b"), sessionItem("a"), sessionItem("c"))).toEqual([
      "a",
      "b",
      "c",
    ]);
  });

  it("returns an empty list for none", () => {
    expect(thisDeviceFirst([])).toEqual([]);
  });
});

const problem = (code: "not_found" | "unavailable", status: number) =>
  new CurfewProblem({ code, status, detail: "", errors: [] });

describe("ignoreNotFound", () => {
  it("ignores that the session has ended", () => {
    expect(ignoreNotFound(problem("not_found", 404))).toBeUndefined();
  });

  it("throws any other problem", () => {
    const outage = problem("unavailable", 503);
    expect(() => ignoreNotFound(outage)).toThrow(outage);
    const bug = new TypeError("no function");
    expect(() => ignoreNotFound(bug)).toThrow(bug);
  });
});
