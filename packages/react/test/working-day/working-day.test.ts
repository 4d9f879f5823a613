import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { placeLabels } from "../../src/working-day/place-labels.js";
import { DAY_END, DAY_START, workingDay } from "../../src/working-day/working-day.js";

const day = (idleMinutes: number, absoluteMinutes: number) => workingDay({ idleMinutes, absoluteMinutes });
const at = (hour: number, minute = 0) => hour * 60 + minute;
const survived = (idleMinutes: number) =>
  day(idleMinutes, 1440)
    .breaks.filter((pause) => pause.survived)
    .map((pause) => pause.name);

describe("a working day", () => {
  it("is one session to its end where idle outlasts every break and the limit lies after work", () => {
    expect(day(120, 1440).sessions).toEqual([{ from: at(9), to: at(18), endedBy: null }]);
    expect(day(120, 1440).limit).toBe(at(33));
  });

  it("ends in the breaks that are as long as the idle timeout, and begins again after them", () => {
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
  ])("with %d idle minutes survives the breaks %j", (idle, names) => expect(survived(idle)).toEqual(names));

  it("ends at the day's limit, at work as in a break", () => {
    expect(day(60, 120).sessions.map(({ from, to, endedBy }) => [from, to, endedBy])).toEqual([
      [at(9), at(11), "absolute"],
      [at(11), at(13), "absolute"],
      [at(13, 15), at(15, 15), "absolute"],
      [at(16, 30), at(18), null],
    ]);
    expect(day(60, 120).limit).toBe(at(11));
  });

  it("names the limit where both deadlines fall together", () => {
    expect(day(10, 100).sessions[0]).toEqual({ from: at(9), to: at(10, 40), endedBy: "absolute" });
  });

  it("is covered by sessions in order that never overlap, whatever the policy", () => {
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

describe("the labels beneath the day", () => {
  it("leave out what would run into one before it in the list", () => {
    const labels = [10, 50, 15, 64, 63].map((position) => ({ at: position, text: String(position) }));
    expect(placeLabels(labels, 14).map(({ text }) => text)).toEqual(["10", "50", "64"]);
  });
});
