import { describe, expect, test } from "vitest";
import { redactEvent, type TracedEvent } from "../src/store/redact-event.js";

const ADA = { userId: "user-ada", newId: "new-id", name: "Ada Lovelace", emails: ["ada@acme.example"] };

const redact = (details: unknown, changes: Partial<TracedEvent> = {}, user = ADA) => {
  const event = { actorId: null, ip: "192.0.2.1", sessionUserId: null, ...changes };
  const redacted = redactEvent({ ...event, details: JSON.stringify(details) }, user);
  return redacted && { ...redacted, details: JSON.parse(redacted.details) };
};

describe("the event of a deleted user", () => {
  test.each([
    ["acted", {}, { actorId: "user-ada" }],
    ["is named by id", { user_id: "user-ada" }, {}],
    ["is named by e-mail, in any case", { email: "Ada@ACME.example" }, {}],
    ["had the session", {}, { sessionUserId: "user-ada" }],
    ["had the session, whose row is done", {}, { sessionUserId: "new-id" }],
  ])("who %s loses the address, and whoever else is not touched", (_, details, changes) => {
    expect(redact(details, changes)).toMatchObject({ ip: null });
    expect(redact({ user_id: "user-ben", email: "ben@acme.example" }, { actorId: "user-ben" })).toBe(null);
  });

  test("keeps the address of somebody else who acted", () => {
    expect(redact({ user_id: "user-ada" }, { actorId: "user-ben" })).toMatchObject({
      actorId: "user-ben",
      ip: "192.0.2.1",
      details: { user_id: "new-id" },
    });
  });

  test("keeps what is not about a person", () => {
    const details = {
      user_id: "user-ada",
      role: "owner",
      count: 3,
      reason: "signed_out",
      before: "member",
      after: "owner",
    };
    expect(redact(details)?.details).toEqual({ ...details, user_id: "new-id" });
  });

  test("keeps the account's names, which the person changed, but for the person's own name in them", () => {
    const details = { before: "Acme", after: "Acme of Ada Lovelace" };
    expect(redact(details, { actorId: "user-ada" })).toMatchObject({
      actorId: "new-id",
      ip: null,
      details: { before: "Acme", after: "Acme of Deleted user" },
    });
  });

  test("loses the fields of the person and the texts with name or e-mail", () => {
    const details = {
      user_id: "user-ada",
      name: "Ada L.",
      email: "ada@acme.example",
      userAgent: "Firefox",
      device: "Firefox on Linux",
      note: "asked by ada lovelace <ada@acme.example>",
      before: "Ada",
    };
    expect(redact(details)?.details).toEqual({
      user_id: "new-id",
      name: "Deleted user",
      email: null,
      userAgent: null,
      device: null,
      note: "asked by Deleted user <Deleted user>",
      before: null,
    });
  });

  test("keeps what an event of theirs says of somebody else", () => {
    const details = { user_id: "user-ben", name: "Ben", email: "ben@acme.example", by: "user-ada" };
    expect(redact(details, { actorId: "user-ada" })?.details).toEqual({ ...details, by: "new-id" });
  });

  test("keeps the name of the account that they created", () => {
    expect(redact({ name: "Acme" }, { actorId: "user-ada" })?.details).toEqual({ name: "Acme" });
    expect(redact({ name: "Ada Lovelace Ltd" }, { actorId: "user-ada" })?.details).toEqual({
      name: "Deleted user Ltd",
    });
  });

  test("tells addresses that were not known", () => {
    expect(redact({ user_id: "user-ada", email: "old@acme.example" })?.newEmails).toEqual([
      "old@acme.example",
    ]);
    expect(redact({ user_id: "user-ada", email: "ADA@acme.example" })?.newEmails).toEqual([]);
  });

  test.each([
    ["has this e-mail now", { name: "Ben", email: "Ada@acme.example", device: "Firefox" }],
    [
      "had this e-mail before",
      {
        before: { name: "Ben", email: "ada@acme.example" },
        after: { name: "Benjamin", email: "ben@acme.example" },
      },
    ],
    ["changed this e-mail", { before: "ada@acme.example", after: "ben@acme.example" }],
  ])("is not of somebody else who %s", (_, details) => {
    expect(redact({ user_id: "user-ben", ...details }, { actorId: "user-ben" })).toBe(null);
  });

  test("keeps the same e-mail beside somebody else's id", () => {
    const ben = { user_id: "user-ben", name: "Ben", email: "ada@acme.example" };
    const people = [{ user_id: "user-ada", name: "Ada", email: "ada@acme.example" }, ben];
    expect(redact({ people })?.details).toEqual({
      people: [{ user_id: "new-id", name: "Deleted user", email: null }, ben],
    });
  });

  test("is found by e-mail where nobody's id stands", () => {
    const details = { user_id: "", email: "ada@acme.example", name: "Adele" };
    expect(redact(details)?.details).toEqual({ user_id: "", email: null, name: "Deleted user" });
  });

  test("finds the person in nested details", () => {
    const people = [
      { user_id: "user-ada", name: "Ada" },
      { user_id: "user-ben", name: "Ben" },
    ];
    expect(redact({ people })?.details).toEqual({
      people: [
        { user_id: "new-id", name: "Deleted user" },
        { user_id: "user-ben", name: "Ben" },
      ],
    });
  });

  test("is not taken for one with a longer e-mail, name or id", () => {
    expect(redact({ email: "nada@acme.example" })).toBe(null);
    expect(redact({ email: "ada@acme.example.org" })).toBe(null);
    expect(redact({ user_id: "user-ada-2", name: "Ada Lovelace" })).toBe(null);
  });

  test("is not taken for a word of the trail, and a short id counts only where ids stand", () => {
    const user = { ...ADA, userId: "1", name: "Owner" };
    expect(redact({ count: "1", role: "owner" }, {}, user)).toBe(null);
    expect(
      redact({ user_id: "1", count: "1", role: "owner", reason: "revoked_by_owner" }, {}, user)?.details,
    ).toEqual({
      user_id: "new-id",
      count: "1",
      role: "owner",
      reason: "revoked_by_owner",
    });
  });

  test("is found with a name and an e-mail that a pattern or JSON would take for something else", () => {
    const user = { ...ADA, name: 'A"d(a', emails: ["a+d.a@acme.example"] };
    expect(redact({ note: 'A"d(a, A+D.A@acme.example' }, {}, user)?.details).toEqual({
      note: "Deleted user, Deleted user",
    });
    expect(redact({ email: "aad.a@acme.example" }, {}, user)).toBe(null);
  });
});
