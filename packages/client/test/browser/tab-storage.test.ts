import { afterEach, describe, expect, test, vi } from "vitest";
import { tabStorage } from "../../src/browser/tab-storage.js";

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("storage", () => {
  test("gives back what was put into it, until that is removed", () => {
    const kept = new Map<string, string>();
    vi.stubGlobal("localStorage", {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => kept.set(key, value),
      removeItem: (key: string) => kept.delete(key),
    });
    expect(tabStorage.get("curfew")).toBeNull();
    tabStorage.set("curfew", "{}");
    expect([tabStorage.get("curfew"), [...kept]]).toEqual(["{}", [["curfew", "{}"]]]);
    tabStorage.remove("curfew");
    expect([tabStorage.get("curfew"), kept.size]).toEqual([null, 0]);
  });

  const refuse = () => {
    throw new DOMException("denied", "SecurityError");
  };

  test("that is full or refused is as good as empty", () => {
    vi.stubGlobal("localStorage", { getItem: refuse, setItem: refuse, removeItem: refuse });
    expect(tabStorage.set("curfew", "{}")).toBeUndefined();
    expect(tabStorage.remove("curfew")).toBeUndefined();
    expect(tabStorage.get("curfew")).toBeNull();
  });

  test("that can't even be named is as good as empty", () => {
    const before = Object.getOwnPropertyDescriptor(globalThis, "localStorage");
    Object.defineProperty(globalThis, "localStorage", { get: refuse, configurable: true });
    try {
      expect(tabStorage.set("curfew", "{}")).toBeUndefined();
      expect(tabStorage.get("curfew")).toBeNull();
    } finally {
      if (before) Object.defineProperty(globalThis, "localStorage", before);
      else Reflect.deleteProperty(globalThis, "localStorage");
    }
  });
});
