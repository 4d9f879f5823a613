import { describe, expect, test } from "vitest";
import { de } from "../../src/texts/de.js";
import { en } from "../../src/texts/en.js";
import type { Texts } from "../../src/texts/texts.js";

type Leaf = string | ((...values: never[]) => string);

/** All texts of a catalogue by path, such as `notice.message.idle`. */
function leavesOf(texts: Texts): Map<string, Leaf> {
  const leaves = new Map<string, Leaf>();
  const walk = (value: unknown, path: string) => {
    if (typeof value === "object" && value !== null)
      for (const [key, inner] of Object.entries(value)) walk(inner, path === "" ? key : `${path}.${key}`);
    else leaves.set(path, value as Leaf);
  };
  walk(texts, "");
  return leaves;
}

const counts = { sessions: 3, people: 2 };
const singleCounts = { sessions: 1, people: 1 };
const deadline = { at: "14:32", distance: "40" };
const fact = {
  actor: "Ada",
  target: "Grace",
  isSelf: false,
  account: "Acme",
  email: "x@example.com",
  device: "Firefox",
  count: 2,
  reason: "idle",
  scope: "all",
  role: "owner",
  idle: { from: 60, to: 15 },
  absolute: { from: 1440, to: 720 },
  appliedNow: true,
  opened: 2,
  ended: 1,
  isByLink: true,
  nameChange: { from: "Ada", to: "Ada King" },
  emailChange: { from: "a@b.c", to: "x@b.c" },
  before: "Acme",
  after: "Acme Ltd",
};
const unknownFact = {
  ...fact,
  actor: null,
  target: null,
  device: null,
  count: 1,
  reason: "absolute",
  scope: "user",
  opened: 1,
  ended: 0,
  isByLink: false,
  nameChange: null,
  emailChange: null,
};

/** Sample arguments of the texts that are functions; the first pattern that matches the path applies. */
const SAMPLES: [path: RegExp, calls: unknown[][]][] = [
  [/^activity\.sentences\./, [[fact], [{ ...fact, isSelf: true }], [unknownFact]]],
  [
    /^deadlines\.description$/,
    [[{ started: "09:00", lastActive: "13:32", idle: deadline, absolute: deadline }]],
  ],
  [
    /^loading\.problem$/,
    ["unreachable", "proof_unavailable", "internal_error", "rate_limited", "forbidden", "not_found"].map(
      (code) => [code],
    ),
  ],
  [
    /^policy\.fault$/,
    [
      [{ code: "wrong_type" }],
      [{ code: "out_of_range", min: 10, max: 60 }],
      [{ code: "idle_exceeds_absolute" }],
    ],
  ],
  [
    /^policy\.previewEnded$/,
    [
      [{ sessions: 0, ended: 0, includesOwn: false }],
      [{ sessions: 3, ended: 0, includesOwn: false }],
      [{ sessions: 3, ended: 1, includesOwn: true }],
      [{ sessions: 3, ended: 2, includesOwn: false }],
    ],
  ],
  [
    /^policy\.previewUsers$/,
    [[{ names: ["Ada"], more: 0 }], [{ names: ["Ada"], more: 1 }], [{ names: ["Ada"], more: 12 }]],
  ],
  [/^policy\.daySurvived$/, [[["x", "y"]]]],
  [
    /^policy\.standardLimits$/,
    [
      ["1", null],
      [null, "1"],
      ["1", "2"],
    ],
  ],
  [/^policy\.previewShortened$|^sessions\.sessionCount$/, [[1], [2]]],
  [
    /^sessions\.signedInCount$/,
    [
      [1, true],
      [1, false],
      [2, false],
    ],
  ],
  [/^sessions\.device$/, [["Firefox on Linux"], [null]]],
  [/^revoke\./, [[counts], [singleCounts]]],
  [/./, [["9", "9"]]],
];

/** Renders a text with all of its sample arguments. */
function renderSamples(path: string, leaf: Leaf): string[] {
  if (typeof leaf === "string") return [leaf];
  const [, calls = []] = SAMPLES.find(([pattern]) => pattern.test(path)) ?? [];
  return calls.map((values) => leaf(...(values as never[])));
}

/** Texts that are the same in both languages. */
const SAME_IN_BOTH = new Set(["activity.person", "policy.preset.standard"]);

describe.each([
  ["English", en],
  ["German", de],
])("the %s catalogue", (_, texts) => {
  test.each([...leavesOf(texts)])("has a text for %s", (path, leaf) => {
    for (const text of renderSamples(path, leaf)) {
      expect(text.trim()).not.toBe("");
      expect(text).not.toMatch(/undefined|null|NaN|\[object/);
    }
  });
});

test("both catalogues have the same keys and types", () => {
  const shape = (texts: typeof en) =>
    [...leavesOf(texts)].map(([path, leaf]) => `${path}: ${typeof leaf}`).sort();
  expect(shape(de)).toEqual(shape(en));
});

test("no English text remains in the German catalogue", () => {
  const english = leavesOf(en);
  const untranslated = [...leavesOf(de)].filter(([path, leaf]) => {
    const other = english.get(path);
    return (
      other !== undefined &&
      renderSamples(path, other).some((text) => renderSamples(path, leaf).includes(text))
    );
  });
  expect(untranslated.map(([path]) => path)).toEqual([...SAME_IN_BOTH]);
});

test("the accessible names and notice texts that other tests rely on are exact", () => {
  expect([en.notice.stay, en.notice.signIn, en.notice.dismiss]).toEqual([
    "Stay signed in",
    "Sign in now",
    "Dismiss",
  ]);
  expect(en.notice.message.idle("4 minutes")).toBe(
    "You'll be signed out in 4 minutes because you've been inactive.",
  );
  expect(en.notice.message.absolute("4 minutes")).toBe(
    "Your session ends in 4 minutes. Sign in again to carry on.",
  );
  expect(en.notice.at("14:32")).toBe("at 14:32");
  expect(en.reauthentication.title).toBe("Confirm it's you");
  expect(en.reauthentication.password).toBe("Password");
});

test.each([
  ["Chrome on Windows", "Chrome unter Windows"],
  ["Samsung Internet on Android", "Samsung Internet unter Android"],
  ["Safari on macOS", "Safari unter macOS"],
  // Of a host, and of a program that does not name its system.
  ["Works on my machine", "Works on my machine"],
  ["curl", "curl"],
  [null, "Unbekanntes Gerät"],
])("the German catalogue names the device %s %s", (label, name) => {
  expect(de.sessions.device(label)).toBe(name);
});

test.each([
  ["English", en],
  ["German", de],
])(
  "the %s catalogue says of a missing key what is true signed in and signed out, and of an error of the server what it is",
  (_, texts) => {
    const { problem } = texts.loading;
    expect(problem("proof_unavailable")).not.toMatch(/signed|angemeldet/);
    expect(problem("internal_error")).toBe(problem("unavailable"));
  },
);

test("a deleted user is called so in German in every sentence of the German trail", () => {
  const deleted = { ...fact, actor: "Deleted user", target: "Deleted user" };
  const sentences = Object.values(de.activity.sentences) as ((fact: object) => string)[];
  const told = [deleted, { ...deleted, isSelf: true }, { ...deleted, actor: "Ada" }].flatMap((of) =>
    sentences.map((sentence) => sentence(of)),
  );
  expect(told.filter((sentence) => /deleted/i.test(sentence))).toEqual([]);
  expect(told.join()).toContain("Eine gelöschte Person hat sich angemeldet");
  expect(told.join()).toContain("Ada hat eine Sitzung von einer gelöschten Person beendet");
});

test("devices have German names in the German trail too", () => {
  const { sentences } = de.activity;
  expect(
    sentences["user.signed_out"]({ type: "user.signed_out", actor: "Ada", device: "Safari on iOS" }),
  ).toBe("Ada hat sich abgemeldet (Safari unter iOS)");
  const moved = { target: "Ada", before: "Safari on iOS", after: null };
  expect(sentences["session.device_changed"]({ type: "session.device_changed", ...moved })).toMatch(
    /: unbekannt statt Safari unter iOS$/,
  );
});
