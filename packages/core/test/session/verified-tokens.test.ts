import { describe, expect, test, vi } from "vitest";
import type { Identity } from "../../src/curfew.js";
import { rememberVerified } from "../../src/session/verified-tokens.js";

const identity = (userId: string): Identity => ({ userId }) as Identity;

describe("remembered tokens", () => {
  test("are verified once", () => {
    const open = vi.fn((token: string) => identity(token));
    const verified = rememberVerified(open);
    expect(verified("a")?.userId).toBe("a");
    expect(verified("a")?.userId).toBe("a");
    expect(open).toHaveBeenCalledTimes(1);
  });

  test("are told apart", () => {
    const verified = rememberVerified((token) => identity(token));
    expect(verified("a")).toEqual({ userId: "a" });
    expect(verified("b")).toEqual({ userId: "b" });
    expect(verified("a")).toEqual({ userId: "a" });
  });

  test("hold no refusal: what is refused is verified again", () => {
    const open = vi.fn(() => null);
    const verified = rememberVerified(open);
    expect(verified("bad")).toBeNull();
    expect(verified("bad")).toBeNull();
    expect(open).toHaveBeenCalledTimes(2);
  });

  test("are forgotten oldest first once there are too many, one at a time", () => {
    const open = vi.fn((token: string) => identity(token));
    const verified = rememberVerified(open, 2);
    for (const token of ["a", "b", "c"]) verified(token);
    open.mockClear();
    verified("b");
    verified("c");
    expect(open).not.toHaveBeenCalled();
    verified("a");
    expect(open).toHaveBeenCalledTimes(1);
  });
});
