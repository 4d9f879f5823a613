import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createUuidv7, isUuid } from "../src/id.js";
import { NOW } from "./fixtures.js";

const filledWith = (byte: number) => (size: number) => new Uint8Array(size).fill(byte);
const timeOf = (id: string): number => Number.parseInt(id.replaceAll("-", "").slice(0, 12), 16);

describe("createUuidv7", () => {
  test("encodes time, version, counter, variant and random bits", () => {
    expect(createUuidv7(filledWith(0))(0x0123_4567_89ab)).toBe("01234567-89ab-7000-8000-000000000000");
    expect(createUuidv7(filledWith(0xff))(0x0123_4567_89ab)).toBe("01234567-89ab-77ff-bfff-ffffffffffff");
  });

  test("encodes any 48-bit time", () => {
    const newId = createUuidv7(randomBytes);
    fc.assert(fc.property(fc.integer({ min: 0, max: 2 ** 48 - 1 }), (now) => timeOf(newId(now)) === now));
  });

  test("sorts by creation order, also within a millisecond", () => {
    const newId = createUuidv7(randomBytes);
    const ids = Array.from({ length: 2048 }, () => newId(NOW));
    ids.push(newId(NOW + 1));
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("stays unique if the counter overflows within a millisecond", () => {
    const newId = createUuidv7(randomBytes);
    const ids = Array.from({ length: 10_000 }, () => newId(NOW));
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.every((id) => timeOf(id) === NOW && isUuid(id))).toBe(true);
  });

  test("counts to its maximum, then from a random start again", () => {
    const newId = createUuidv7(filledWith(1));
    const counters = Array.from({ length: 0xfff - 0x101 + 2 }, () => newId(NOW).slice(14, 18));
    expect([counters[0], ...counters.slice(-2)]).toEqual(["7101", "7fff", "7101"]);
  });

  test("starts each millisecond at a random counter", () => {
    const starts = [0, 1, 2, 3].map((byte) => createUuidv7(filledWith(byte))(NOW).slice(15, 18));
    expect(new Set(starts).size).toBe(4);
  });
});

describe("isUuid", () => {
  test.each([
    ["01234567-89ab-7000-8000-000000000000", true],
    ["01234567-89AB-7000-8000-000000000000", false],
    ["0123456789ab70008000000000000000", false],
    ["01234567-89ab-7000-8000-00000000000", false],
    ["01234567-89ab-7000-8000-0000000000000", false],
    [" 01234567-89ab-7000-8000-000000000000", false],
    ["", false],
  ])("of %j is %s", (text, expected) => {
    expect(isUuid(text)).toBe(expected);
  });
});
