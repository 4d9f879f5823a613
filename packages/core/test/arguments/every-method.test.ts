import { describe, expect, test } from "vitest";
import { createCurfew } from "../../src/engine.js";
import { FakeClock } from "../../testing/fake-clock.js";
import { emptyFeed, NOW, scriptedStore } from "../fixtures.js";
import { SAMPLES, type Sample } from "./samples.js";
import { allowedCallsOf, wrongCallsOf } from "./wrong-arguments.js";

type Method = (...args: readonly unknown[]) => unknown;

/** Every function in an object and in what it contains, by its path. */
function methodsOf(target: object, path = ""): Map<string, Method> {
  return new Map(
    Object.entries(target).flatMap(([name, member]) => {
      if (typeof member === "function") return [[path + name, member as Method] as const];
      return typeof member === "object" && member !== null ? [...methodsOf(member, `${path}${name}.`)] : [];
    }),
  );
}

/** An engine on a store whose every call is recorded and, other than the feed's at the start, fails. */
function engine() {
  const calls: string[] = [];
  const store = new Proxy(scriptedStore(emptyFeed), {
    get(target, name, receiver) {
      calls.push(String(name));
      return Reflect.get(target, name, receiver);
    },
  });
  const clock = new FakeClock(NOW);
  const curfew = createCurfew({
    store,
    secret: Buffer.alloc(32, 1),
    issuer: "https://curfew.example",
    clock,
    scheduler: clock,
  });
  calls.length = 0;
  return { methods: methodsOf(curfew), calls };
}

/** What a call throws or rejects with, and how. */
async function failureOf(call: () => unknown): Promise<{ how: string; error: unknown }> {
  let result: unknown;
  try {
    result = call();
  } catch (error) {
    return { how: "throws", error };
  }
  try {
    await result;
    return { how: "succeeds", error: null };
  } catch (error) {
    return { how: "rejects", error };
  }
}

const THROWING = [
  "sessions.named",
  "sessions.verifyNow",
  "governed.admitNow",
  "requireRecentSignIn",
  "onEnding",
];
const { methods, calls } = engine();
const samples: Readonly<Record<string, Sample>> = SAMPLES;

test("every public method has a sample of its arguments", () => {
  expect([...methods.keys()].filter((name) => samples[name] === undefined)).toEqual([]);
});

const withParameters = [...methods].flatMap(([name, method]) => {
  const sample = samples[name];
  return sample === undefined || sample.names.length === 0 ? [] : [{ name, method, sample }];
});

describe.each(withParameters)("$name", ({ name, method, sample }) => {
  test("refuses each argument of a wrong type with its field, and asks no store", async () => {
    for (const { title, field, args, code } of wrongCallsOf(sample)) {
      const { how, error } = await failureOf(() => method(...args));
      expect(how, title).toBe(THROWING.includes(name) ? "throws" : "rejects");
      expect(error, title).toMatchObject(
        field === "token" ? { code: "unauthenticated" } : validationFault(field, code),
      );
      expect(calls, title).toEqual([]);
    }
  });

  test("accepts arguments of the right types, and ignores properties that it does not know", async () => {
    const args = sample.values.map((value) =>
      typeof value === "object" && !Array.isArray(value) ? { ...value, unknown: 5 } : value,
    );
    const { error } = await failureOf(() => method(...args));
    expect(error).not.toMatchObject({ code: "validation_failed" });
    calls.length = 0;
  });

  test("takes null and nothing where its types do", async () => {
    for (const { title, args } of allowedCallsOf(sample)) {
      const { error } = await failureOf(() => method(...args));
      expect(error, title).not.toMatchObject({ code: "validation_failed" });
    }
    calls.length = 0;
  });
});

/** The only fault of a call. */
const validationFault = (field: string, code?: string) => ({
  code: "validation_failed",
  details: {
    faults: [
      { field, message: expect.stringMatching(/^Must .+\.$/), ...(code === undefined ? {} : { code }) },
    ],
  },
});
