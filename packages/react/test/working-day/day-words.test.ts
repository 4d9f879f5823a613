import { describe, expect, it } from "vitest";
import { de } from "../../src/texts/de.js";
import { en } from "../../src/texts/en.js";
import { dayWords } from "../../src/working-day/day-words.js";
import { workingDay } from "../../src/working-day/working-day.js";

const clock = (minutes: number) =>
  `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
const duration = (minutes: number) => `${minutes} min`;
const say = (idleMinutes: number, absoluteMinutes: number, texts = en.policy) =>
  dayWords(workingDay({ idleMinutes, absoluteMinutes }), texts, clock, duration);

describe("the words of a working day", () => {
  it("tell Standard: two breaks survived, the meeting not, the limit on a later day", () => {
    expect(say(60, 1440)).toBe(
      "A working day from 09:00 to 18:00. The session survives the coffee break (10 min) and lunch (45 min). The meeting (90 min) ends it at 16:00. Its limit falls on a later day, after 1440 min.",
    );
  });

  it("tell Strict: the coffee break survived alone, the limit after work", () => {
    expect(say(15, 720)).toBe(
      "A working day from 09:00 to 18:00. The session survives the coffee break (10 min). Lunch (45 min) ends it at 12:45. The meeting (90 min) ends it at 15:15. Its limit falls after work, at 21:00.",
    );
  });

  it("tell a limit within the day, and a break that ends a session by whichever deadline comes first", () => {
    expect(say(30, 120)).toBe(
      "A working day from 09:00 to 18:00. The session survives the coffee break (10 min). Lunch (45 min) ends it at 13:00. The meeting (90 min) ends it at 15:15. Its limit falls within the day, at 11:00.",
    );
  });

  it("name no survived break where there is none, and no ended one where all are survived", () => {
    expect(say(10, 720)).not.toContain("survives");
    expect(say(120, 720)).not.toContain("ends it");
    expect(say(120, 720)).toContain(
      "survives the coffee break (10 min), lunch (45 min) and the meeting (90 min)",
    );
  });

  it("are German in German", () => {
    expect(say(15, 720, de.policy)).toBe(
      "Ein Arbeitstag von 09:00 bis 18:00. Die Sitzung übersteht die Kaffeepause (10 min). Das Mittagessen (45 min) beendet sie um 12:45. Die Besprechung (90 min) beendet sie um 15:15. Ihre Grenze fällt auf 21:00, nach der Arbeit.",
    );
  });
});
