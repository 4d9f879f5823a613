import { describe, expect, test } from "vitest";
import {
  futureFaults,
  hostTimesOf,
  isAdoption,
  keepUntilOf,
  orderFaults,
} from "../../src/session/host-times.js";
import { MINUTE, NOW } from "../fixtures.js";

describe("hostTimesOf", () => {
  test("takes the start for the last proof, and leaves what the host does not tell to the store", () => {
    expect(hostTimesOf({ startedAt: NOW - 1 }, null, NOW)).toEqual({
      startedAt: NOW - 1,
      authenticatedAt: NOW - 1,
      lastActiveAt: null,
      absoluteFrom: null,
      notAfter: null,
    });
  });

  test("takes what the host tells", () => {
    const said = { startedAt: NOW - 9, authenticatedAt: NOW - 5, lastActiveAt: NOW - 3, notAfter: NOW + 7 };
    expect(hostTimesOf(said, null, NOW)).toEqual({ ...said, absoluteFrom: null });
  });

  test("takes a start and a proof that lie ahead as now", () => {
    const times = hostTimesOf({ startedAt: NOW + 1, authenticatedAt: NOW + 2 }, null, NOW);
    expect(times).toMatchObject({ startedAt: NOW, authenticatedAt: NOW });
  });

  test.each([
    [NOW - 11, NOW - 10],
    [NOW - 10, null],
    [NOW - 9, null],
  ])("counts a session of %d from the switch at NOW - 10 only if it began before", (startedAt, from) => {
    expect(hostTimesOf({ startedAt }, NOW - 10, NOW).absoluteFrom).toBe(from);
  });

  test("judges a start that lies ahead of a switch in the future by the database's clock", () => {
    expect(hostTimesOf({ startedAt: NOW + 2 }, NOW + 1, NOW).absoluteFrom).toBe(NOW + 1);
  });
});

describe("orderFaults", () => {
  test.each([
    [undefined, []],
    [NOW, []],
    [NOW + 1, []],
    [NOW - 1, [{ field: "notAfter", code: "invalid_value", message: "Must not be before startedAt." }]],
  ])("of a session from NOW until %s", (notAfter, faults) => {
    expect(orderFaults({ startedAt: NOW, notAfter })).toEqual(faults);
  });
});

describe("futureFaults", () => {
  const latest = NOW + MINUTE;

  test("finds none up to a minute ahead of the database's clock, or where nothing is told", () => {
    expect(futureFaults({ startedAt: latest }, NOW)).toEqual([]);
    expect(futureFaults({ startedAt: NOW, authenticatedAt: latest }, NOW)).toEqual([]);
  });

  test("names each moment that is further ahead, and the latest that is not", () => {
    const message = "Must not be more than a minute in the future.";
    const fault = { code: "out_of_range", message, max: latest };
    expect(futureFaults({ startedAt: latest + 1, authenticatedAt: latest + 1 }, NOW)).toEqual([
      { ...fault, field: "startedAt" },
      { ...fault, field: "authenticatedAt" },
    ]);
  });

  test("leaves the last use and a fixed end alone, which may lie ahead", () => {
    const said = { startedAt: NOW, lastActiveAt: latest + 1, notAfter: latest + 1 };
    expect(futureFaults(said, NOW)).toEqual([]);
  });
});

describe("isAdoption", () => {
  test.each([
    [MINUTE - 1, false],
    [MINUTE, false],
    [MINUTE + 1, true],
  ])("of a session that began %d ms ago is %s", (agoMs, isAdopted) => {
    expect(isAdoption(NOW - agoMs, NOW)).toBe(isAdopted);
  });
});

describe("keepUntilOf", () => {
  const times = { startedAt: NOW, authenticatedAt: NOW, lastActiveAt: null, notAfter: NOW + 1 };

  test("is the longest absolute lifetime after the start, whatever its own end is", () => {
    expect(keepUntilOf({ ...times, absoluteFrom: null }, 30)).toBe(NOW + 30 * MINUTE);
  });

  test("counts from the switch where the absolute lifetime does", () => {
    expect(keepUntilOf({ ...times, absoluteFrom: NOW + 5 }, 30)).toBe(NOW + 5 + 30 * MINUTE);
  });
});
