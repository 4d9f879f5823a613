import {
  type ClientSession,
  guessPassword,
  join,
  presentStolenToken,
  register,
  type SendRequest,
  signIn,
} from "./api-client.js";
import {
  ACCOUNT_NAME,
  DARIO,
  DISABLED_MEMBER,
  deviceOf,
  EMMA,
  FINN,
  HANA,
  INVITED,
  JONAS,
  OWNER,
  PASSWORD,
  type Person,
  SECOND_OWNER,
  USERS,
} from "./people.js";
import type { Timeline } from "./simulated-time.js";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** The policy in force at the end of the history, in minutes: four hours idle, two days in all. */
const FINAL_POLICY = { idle_minutes: 240, absolute_minutes: 2880 };

/** Schedules three weeks of events in the account: registrations, policy changes, attacks, revocations. */
export function schedulePastWeeks(timeline: Timeline, send: SendRequest, now: number): void {
  const today = now - (now % DAY_MS);
  const timeOf = (daysAgo: number, hour: number): number => today - daysAgo * DAY_MS + hour * HOUR_MS;
  const on = (daysAgo: number, hour: number, action: () => Promise<unknown>): void =>
    timeline.at(timeOf(daysAgo, hour), action);
  const signInOn = (person: Person, deviceIndex = 0): Promise<ClientSession> =>
    signIn(send, person, deviceOf(USERS.indexOf(person), deviceIndex));
  const setPolicy = async (person: Person, policy: object): Promise<void> => {
    const owner = await signInOn(person);
    await owner.call("PATCH", "/api/accounts/me/security", policy);
  };

  on(21, 8, () => register(send, ACCOUNT_NAME));
  for (const [index, person] of USERS.slice(1).entries())
    on(21, 9 + index / 4, () => join(send, person, index + 1));
  scheduleWorkdays(timeline, today, signInOn);

  on(20, 15, async () => {
    const owner = await signInOn(OWNER);
    await owner.call("PATCH", await memberPath(owner, SECOND_OWNER), { role: "owner" });
  });
  on(18, 14, () => setPolicy(OWNER, { idle_minutes: 15, absolute_minutes: 720, apply: "now" }));
  for (const minute of [0, 0.2, 0.4, 1.5]) on(16, 3 + minute / 60, () => guessPassword(send, FINN));
  on(14, 17, async () => {
    const lostDevice = await signInOn(DARIO, 2);
    const owner = await signInOn(OWNER);
    await owner.call("DELETE", `/api/accounts/me/security/sessions/${lostDevice.sessionId}`);
  });
  on(12, 11, () => setPolicy(SECOND_OWNER, { idle_minutes: 30, absolute_minutes: 600 }));
  on(10, 13, async () => {
    const session = await signInOn(EMMA);
    const stolenToken = session.refreshToken();
    const minutesLater = (minutes: number): number => timeOf(10, 13) + minutes * MINUTE_MS;
    for (const minutes of [9, 18]) timeline.at(minutesLater(minutes), session.refresh);
    timeline.at(minutesLater(20), () => presentStolenToken(send, stolenToken));
  });
  on(9, 18, async () => {
    const owner = await signInOn(SECOND_OWNER);
    await owner.call("POST", "/api/accounts/me/security/revoke-sessions", { scope: "others" });
  });
  on(7, 10, async () => {
    const session = await signInOn(HANA);
    const json = { current_password: PASSWORD, new_password: PASSWORD, transport: "body" };
    await session.call("POST", "/api/users/me/password", json);
  });
  on(5, 16, async () => {
    const owner = await signInOn(OWNER);
    await owner.call("PATCH", await memberPath(owner, DISABLED_MEMBER), { disabled: true });
  });
  on(4, 9.5, async () => {
    await signInOn(JONAS, 1);
    const session = await signInOn(JONAS);
    await session.call("POST", "/api/users/me/sessions/revoke-others");
  });
  on(3, 15, () => setPolicy(OWNER, FINAL_POLICY));
  for (const minute of [0, 0.3]) on(2, 4 + minute / 60, () => guessPassword(send, OWNER));
  on(1, 12, async () => {
    const owner = await signInOn(SECOND_OWNER);
    await owner.call("POST", "/api/accounts/me/members", { ...INVITED, role: "member" });
  });
}

/** Every workday, a third of the users sign in on one of two devices; some sign out, others let the session expire. */
function scheduleWorkdays(
  timeline: Timeline,
  today: number,
  signInOn: (person: Person, deviceIndex: number) => Promise<ClientSession>,
): void {
  for (let daysAgo = 20; daysAgo >= 4; daysAgo -= 1) {
    const day = today - daysAgo * DAY_MS;
    if ([0, 6].includes(new Date(day).getUTCDay())) continue;
    for (const [userIndex, person] of USERS.entries()) {
      if ((userIndex + daysAgo) % 3 !== 0 || (person === DISABLED_MEMBER && daysAgo < 5)) continue;
      const start = day + 7 * HOUR_MS + ((userIndex * 37 + daysAgo * 11) % 120) * MINUTE_MS;
      timeline.at(start, async () => {
        const session = await signInOn(person, (userIndex + daysAgo) % 2);
        for (const minutes of [12, 25, 38]) timeline.at(start + minutes * MINUTE_MS, session.refresh);
        if ((userIndex + daysAgo) % 2 === 0) timeline.at(start + 45 * MINUTE_MS, session.signOut);
      });
    }
  }
}

/** The path of a member in the members API. */
async function memberPath(owner: ClientSession, person: Person): Promise<string> {
  const { items } = await owner.call<{ items: { id: string; email: string }[] }>(
    "GET",
    "/api/accounts/me/members",
  );
  const member = items.find(({ email }) => email === person.email);
  return `/api/accounts/me/members/${member?.id}`;
}

/** How far before its deadline an almost expired session is. */
const NEAR_MINUTES = 4;
/** Shorter than the idle timeout. */
const REFRESH_EVERY_MINUTES = 200;

/** For each device of a user, the start and the last use of its open session, in minutes ago. */
const OPEN_SESSIONS = [
  { startedAgo: 410, usedAgo: 6 },
  { startedAgo: 95, usedAgo: 31 },
  { startedAgo: 1730, usedAgo: 120 },
  { startedAgo: 52, usedAgo: 52 },
] as const;

/** Schedules the sessions that are open when the demo starts: several per user, and one of the owner near each deadline. */
export function scheduleOpenSessions(timeline: Timeline, send: SendRequest, now: number): void {
  const minutesAgo = (minutes: number): number => now - minutes * MINUTE_MS;
  const schedule = (person: Person, deviceIndex: number, startedAgo: number, usedAgo: number): void => {
    timeline.at(minutesAgo(startedAgo), async () => {
      const session = await signIn(send, person, deviceOf(USERS.indexOf(person), deviceIndex));
      for (let ago = startedAgo - REFRESH_EVERY_MINUTES; ago > usedAgo; ago -= REFRESH_EVERY_MINUTES)
        timeline.at(minutesAgo(ago), session.refresh);
      if (usedAgo < startedAgo) timeline.at(minutesAgo(usedAgo), session.refresh);
    });
  };
  for (const [userIndex, person] of USERS.entries()) {
    if (person === DISABLED_MEMBER) continue;
    for (const [deviceIndex, session] of OPEN_SESSIONS.slice(0, 2 + (userIndex % 3)).entries())
      schedule(person, deviceIndex, session.startedAgo + userIndex * 7, session.usedAgo + userIndex * 3);
  }
  const nearIdleTimeout = FINAL_POLICY.idle_minutes - NEAR_MINUTES;
  schedule(OWNER, 2, nearIdleTimeout, nearIdleTimeout);
  schedule(OWNER, 3, FINAL_POLICY.absolute_minutes - NEAR_MINUTES, 2);
}
