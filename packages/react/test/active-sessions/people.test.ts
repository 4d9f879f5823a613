import { describe, expect, it } from "vitest";
import { peopleOf, peopleOfSessions } from "../../src/active-sessions/people.js";
import { sessionItem } from "../account/fake-account.js";

const known = peopleOf([
  {
    user_id: "ada",
    name: "Ada",
    email: "ada@example.com",
    last_login_at: null,
    last_active_at: "2026-11-24T12:00:00.000Z",
    session_count: 2,
  },
]);

describe("people found by their sessions", () => {
  it("are each once, without those who are known already, in the order of their last activity", () => {
    const sessions = [
      sessionItem("1", "Grace", 1),
      sessionItem("2", "Ada", 2),
      sessionItem("3", "Alan", 3),
      sessionItem("4", "Grace", 4),
    ];
    expect(peopleOfSessions(sessions, known).map((person) => person.name)).toEqual(["Grace", "Alan"]);
  });

  it("signed in with the newest of their sessions, and were active in the first", () => {
    const [grace] = peopleOfSessions(
      [
        sessionItem("1", "Grace", 1, { started_at: "2026-11-20T12:00:00.000Z" }),
        sessionItem("2", "Grace", 9, { started_at: "2026-11-23T12:00:00.000Z" }),
        sessionItem("3", "Grace", 10, { started_at: "2026-11-21T12:00:00.000Z" }),
      ],
      known,
    );
    expect(grace).toEqual({
      userId: "grace",
      name: "Grace",
      email: "grace@example.com",
      lastLoginAt: "2026-11-23T12:00:00.000Z",
      lastActiveAt: "2026-11-24T11:59:00.000Z",
      sessionCount: null,
    });
  });

  it("are nobody where all are known", () => {
    expect(peopleOfSessions([sessionItem("1", "Ada")], known)).toEqual([]);
  });
});
