import { describe, expect, it } from "vitest";
import { usersOfPolicy, usersOfSessions } from "../../src/active-sessions/signed-in-users.js";
import { sessionItem } from "../support/fake-account.js";

const listed = usersOfPolicy([
  {
    user_id: "ada",
    name: "Ada",
    email: "ada@example.com",
    last_login_at: null,
    last_active_at: "2026-11-24T12:00:00.000Z",
    session_count: 2,
  },
]);

describe("the users of a list of sessions", () => {
  it("appear once each, by last activity, without the users already listed", () => {
    const sessions = [
      sessionItem("1", "Grace", 1),
      sessionItem("2", "Ada", 2),
      sessionItem("3", "Alan", 3),
      sessionItem("4", "Grace", 4),
    ];
    expect(usersOfSessions(sessions, listed).map((user) => user.name)).toEqual(["Grace", "Alan"]);
  });

  it("have the newest sign-in of their sessions, and the activity of the first one", () => {
    const [grace] = usersOfSessions(
      [
        sessionItem("1", "Grace", 1, { started_at: "2026-11-20T12:00:00.000Z" }),
        sessionItem("2", "Grace", 9, { started_at: "2026-11-23T12:00:00.000Z" }),
        sessionItem("3", "Grace", 10, { started_at: "2026-11-21T12:00:00.000Z" }),
      ],
      listed,
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

  it("are none if all users are already listed", () => {
    expect(usersOfSessions([sessionItem("1", "Ada")], listed)).toEqual([]);
  });
});
