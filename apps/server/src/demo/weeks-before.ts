import {
  DARIO,
  deviceOf,
  EMMA,
  EVERYBODY,
  FINN,
  HANA,
  INVITED,
  JONAS,
  LEAVER,
  OWNER,
  PASSWORD,
  type Person,
  SECOND_OWNER,
} from "./cast.js";
import { copyToken, guess, join, leave, memberPath, register, setPolicy } from "./deeds.js";
import { type Door, type Seat, signIn } from "./seat.js";
import type { Timeline } from "./timeline.js";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** The policy that holds in the end, in minutes: four hours idle, two days in all. */
export const LAST_POLICY = { idle_minutes: 240, absolute_minutes: 2880 };

/** Three weeks of an account's life: who came, what was decided, what went wrong. */
export function writeWeeksBefore(timeline: Timeline, door: Door, now: number): void {
  const today = now - (now % DAY_MS);
  const on = (daysAgo: number, hour: number, act: () => Promise<unknown>): void =>
    timeline.at(today - daysAgo * DAY_MS + hour * HOUR_MS, act);
  const seatOf = (person: Person, which = 0): Promise<Seat> =>
    signIn(door, person, deviceOf(EVERYBODY.indexOf(person), which));

  on(21, 8, () => register(door));
  for (const [index, person] of EVERYBODY.slice(1).entries())
    on(21, 9 + index / 4, () => join(door, person, index + 1));
  writeWorkdays(timeline, today, seatOf);

  on(20, 15, async () => {
    const owner = await seatOf(OWNER);
    await owner.call("PATCH", await memberPath(owner, SECOND_OWNER), { role: "owner" });
  });
  on(18, 14, () => setPolicy(seatOf(OWNER), { idle_minutes: 15, absolute_minutes: 720, apply: "now" }));
  for (const minute of [0, 0.2, 0.4, 1.5]) on(16, 3 + minute / 60, () => guess(door, FINN));
  on(14, 17, async () => {
    const lost = await seatOf(DARIO, 2);
    const owner = await seatOf(OWNER);
    await owner.call("DELETE", `/api/accounts/me/security/sessions/${lost.sessionId}`);
  });
  on(12, 11, () => setPolicy(seatOf(SECOND_OWNER), { idle_minutes: 30, absolute_minutes: 600 }));
  on(10, 13, () => copyToken(timeline, door, seatOf(EMMA), today - 10 * DAY_MS + 13 * HOUR_MS));
  on(9, 18, async () => {
    const owner = await seatOf(SECOND_OWNER);
    await owner.call("POST", "/api/accounts/me/security/revoke-sessions", { scope: "others" });
  });
  on(7, 10, async () => {
    const seat = await seatOf(HANA);
    const json = { current_password: PASSWORD, new_password: PASSWORD, transport: "body" };
    await seat.call("POST", "/api/users/me/password", json);
  });
  on(5, 16, async () => {
    const owner = await seatOf(OWNER);
    await owner.call("PATCH", await memberPath(owner, LEAVER), { disabled: true });
  });
  on(4, 9.5, async () => {
    await seatOf(JONAS, 1);
    const seat = await seatOf(JONAS);
    await seat.call("POST", "/api/users/me/sessions/revoke-others");
  });
  on(3, 15, () => setPolicy(seatOf(OWNER), LAST_POLICY));
  for (const minute of [0, 0.3]) on(2, 4 + minute / 60, () => guess(door, OWNER));
  on(1, 12, async () => {
    const owner = await seatOf(SECOND_OWNER);
    await owner.call("POST", "/api/accounts/me/members", { ...INVITED, role: "member" });
  });
}

/** Every third of them each workday, on one device or another; some sign out, and some just leave. */
function writeWorkdays(
  timeline: Timeline,
  today: number,
  seatOf: (person: Person, which: number) => Promise<Seat>,
): void {
  for (let daysAgo = 20; daysAgo >= 4; daysAgo -= 1) {
    const day = today - daysAgo * DAY_MS;
    if ([0, 6].includes(new Date(day).getUTCDay())) continue;
    for (const [place, person] of EVERYBODY.entries()) {
      if ((place + daysAgo) % 3 !== 0 || (person === LEAVER && daysAgo < 5)) continue;
      const begin = day + 7 * HOUR_MS + ((place * 37 + daysAgo * 11) % 120) * MINUTE_MS;
      timeline.at(begin, async () => {
        const seat = await seatOf(person, (place + daysAgo) % 2);
        for (const minutes of [12, 25, 38]) timeline.at(begin + minutes * MINUTE_MS, seat.use);
        if ((place + daysAgo) % 2 === 0) timeline.at(begin + 45 * MINUTE_MS, () => leave(seat));
      });
    }
  }
}
