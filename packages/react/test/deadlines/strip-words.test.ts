import { expect, test } from "vitest";
import { stripWords } from "../../src/deadlines/strip-words.js";
import { de } from "../../src/texts/de.js";
import { en } from "../../src/texts/en.js";

const at = (time: string): number => Date.parse(`2026-11-24T${time}:00Z`);
const times = {
  startedMs: at("09:00"),
  lastActiveMs: at("13:32"),
  idleMs: at("14:32"),
  absoluteMs: at("09:00") + 86_400_000,
};

test("the picture is told in full sentences, with both deadlines by the clock and by how far off they are", () => {
  expect(stripWords(en, times, at("13:52"), "UTC")).toBe(
    "Signed in at 09:00, last active at 13:32. Without activity the session ends in 40 minutes (14:32), and in any case in 19 hours (Wed 09:00).",
  );
});

test("it is told in German too", () => {
  expect(stripWords(de, times, at("13:52"), "UTC")).toBe(
    "Angemeldet: 09:00, zuletzt aktiv: 13:32. Ohne Aktivität endet die Sitzung in 40 Minuten (14:32), auf jeden Fall in 19 Stunden (Mi 09:00).",
  );
});
