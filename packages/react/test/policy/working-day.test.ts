import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DAY_END, DAY_START, dayDescription, placeLabels, workingDay } from "../../src/policy/working-day.js";
import { de } from "../../src/texts/de.js";
import { en } from "../../src/texts/en.js";

const day = (idleMinutes: number, absoluteMinutes: number) => workingDay({ idleMinutes, absoluteMinutes });
const at = (hour: number, minute = 0) => hour * 60 + minute;
const survivedBreaks = (idleMinutes: number) =>
  day(idleMinutes, 1440)
    .breaks.filter((pause) => pause.survived)
    .map((pause) => pause.name);

describe("a working day", () => {
  it("is one session when idle outlasts every break and the limit is after work", () => {
    expect(day(120, 1440).sessions).toEqual([{ from: at(9), to: at(18), endedBy: null }]);
    expect(day(120, 1440).limit).toBe(at(33));
  });

  it("has a session end in each break as long as the idle timeout, and a new one after the break", () => {
    expect(day(15, 720).sessions).toEqual([
      { from: at(9), to: at(12, 45), endedBy: "idle" },
      { from: at(13, 15), to: at(15, 15), endedBy: "idle" },
      { from: at(16, 30), to: at(18), endedBy: null },
    ]);
  });

  it.each([
    [10, []],
    [11, ["coffee"]],
    [45, ["coffee"]],
    [46, ["coffee", "lunch"]],
    [60, ["coffee", "lunch"]],
    [90, ["coffee", "lunch"]],
    [91, ["coffee", "lunch", "meeting"]],
  ])("with %d idle minutes has sessions that survive the breaks %j", (idle, names) =>
    expect(survivedBreaks(idle)).toEqual(names),
  );

  it("has sessions end at the absolute limit, at work and during breaks", () => {
    expect(day(60, 120).sessions.map(({ from, to, endedBy }) => [from, to, endedBy])).toEqual([
      [at(9), at(11), "absolute"],
      [at(11), at(13), "absolute"],
      [at(13, 15), at(15, 15), "absolute"],
      [at(16, 30), at(18), null],
    ]);
    expect(day(60, 120).limit).toBe(at(11));
  });

  it("attributes an end to the absolute limit when both deadlines are equal", () => {
    expect(day(10, 100).sessions[0]).toEqual({ from: at(9), to: at(10, 40), endedBy: "absolute" });
  });

  it("has sessions in order and without overlap under any policy", () => {
    const minutes = fc.integer({ min: 1, max: 2000 });
    fc.assert(
      fc.property(minutes, minutes, (idleMinutes, absoluteMinutes) => {
        const { sessions } = day(Math.min(idleMinutes, absoluteMinutes), absoluteMinutes);
        expect(sessions[0]?.from).toBe(DAY_START);
        expect(sessions.at(-1)?.to).toBeLessThanOrEqual(DAY_END);
        sessions.forEach((session, index) => {
          expect(session.to).toBeGreaterThan(session.from);
          expect(session.to - session.from).toBeLessThanOrEqual(absoluteMinutes);
          expect(session.from).toBeGreaterThanOrEqual(sessions[index - 1]?.to ?? DAY_START);
        });
      }),
    );
  });
});

describe("the description of a working day", () => {
  const clock = (minutes: number) =>
    `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
  const duration = (minutes: number) => `${minutes} min`;
  const describeDay = (idleMinutes: number, absoluteMinutes: number, texts = en.policy) =>
    dayDescription(day(idleMinutes, absoluteMinutes), texts, clock, duration);

  it("names two survived breaks and a limit on a later day for Standard", () => {
    expect(describeDay(60, 1440)).toBe(
      "A working day from 09:00 to 18:00. The session survives the coffee break (10 min) and lunch (45 min). The meeting (90 min) ends it at 16:00. Its limit falls on a later day, after 1440 min.",
    );
  });

  it("names one survived break and a limit after work for Strict", () => {
    expect(describeDay(15, 720)).toBe(
      "A working day from 09:00 to 18:00. The session survives the coffee break (10 min). Lunch (45 min) ends it at 12:45. The meeting (90 min) ends it at 15:15. Its limit falls after work, at 21:00.",
    );
  });

  it("names a limit within the day, and breaks ended by either deadline", () => {
    expect(describeDay(30, 120)).toBe(
      "A working day from 09:00 to 18:00. The session survives the coffee break (10 min). Lunch (45 min) ends it at 13:00. The meeting (90 min) ends it at 15:15. Its limit falls within the day, at 11:00.",
    );
  });

  it("omits the survived or the ending breaks if there are none", () => {
    expect(describeDay(10, 720)).not.toContain("survives");
    expect(describeDay(120, 720)).not.toContain("ends it");
    expect(describeDay(120, 720)).toContain(
      "survives the coffee break (10 min), lunch (45 min) and the meeting (90 min)",
    );
  });

  it("exists in German", () => {
    expect(describeDay(15, 720, de.policy)).toBe(
      "Ein Arbeitstag von 09:00 bis 18:00. Die Sitzung übersteht die Kaffeepause (10 min). Das Mittagessen (45 min) beendet sie um 12:45. Die Besprechung (90 min) beendet sie um 15:15. Ihre Grenze fällt auf 21:00, nach der Arbeit.",
    );
  });
});

describe("the labels below the day", () => {
  it("omit those that would overlap an earlier one in the list", () => {
    const labels = [10, 50, 15, 64, 63].map((position) => ({ at: position, text: String(position) }));
    expect(placeLabels(labels, 14).map(({ text }) => text)).toEqual(["10", "50", "64"]);
  });
});
