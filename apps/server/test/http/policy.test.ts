import { describe, expect, test } from "vitest";
import { expectFieldErrors, expectProblem, expectStatus, RFC_3339 } from "../harness/expectations.js";
import { useService } from "../harness/service.js";
import { newDevice, newMember, newOwner } from "../harness/users.js";
import type { AuditEvent, Page, Security, SignIn } from "../harness/wire.js";

const service = useService();
const bounded = useService({
  CURFEW_IDLE_MINUTES_MIN: "5",
  CURFEW_IDLE_MINUTES_MAX: "240",
  CURFEW_ABSOLUTE_MINUTES_MIN: "20",
  CURFEW_ABSOLUTE_MINUTES_MAX: "600",
  CURFEW_DEFAULT_IDLE_MINUTES: "30",
  CURFEW_DEFAULT_ABSOLUTE_MINUTES: "480",
});
const SECURITY = "/api/accounts/me/security";

describe("GET /api/accounts/me/security → 200, with ETag", () => {
  test("an account without a policy inherits the defaults, and gets the bounds", async () => {
    const owner = await newOwner(service());
    const response = expectStatus(await owner.get(SECURITY), 200);
    expect(response.headers.etag).toMatch(/^"[^"]+"$/);
    expect(response.json<Security>()).toEqual({
      version: 1,
      idle_minutes: null,
      absolute_minutes: null,
      effective_idle_minutes: 60,
      effective_absolute_minutes: 1440,
      default_idle_minutes: 60,
      default_absolute_minutes: 1440,
      idle_minutes_min: 10,
      idle_minutes_max: 43200,
      absolute_minutes_min: 30,
      absolute_minutes_max: 129600,
      preset: "standard",
      active_users: [
        {
          user_id: owner.user.id,
          name: owner.user.name,
          email: owner.email,
          last_login_at: owner.signedIn.session.started_at,
          last_active_at: owner.signedIn.session.last_active_at,
          session_count: 1,
        },
      ],
      active_user_count: 1,
      active_session_count: 1,
    });
  });

  test("returns the operator's defaults and bounds", async () => {
    const owner = await newOwner(bounded());
    expect((await owner.get(SECURITY)).json<Security>()).toMatchObject({
      effective_idle_minutes: 30,
      effective_absolute_minutes: 480,
      default_idle_minutes: 30,
      default_absolute_minutes: 480,
      idle_minutes_min: 5,
      idle_minutes_max: 240,
      absolute_minutes_min: 20,
      absolute_minutes_max: 600,
      preset: "standard",
    });
  });

  test("active_users lists each user with live sessions once, newest last_login_at first, with the session count", async () => {
    const owner = await newOwner(service());
    const first = await newMember(owner, { name: "First" });
    const second = await newMember(owner, { name: "Second" });
    const signedOut = await newMember(owner, { name: "Gone" });
    expectStatus(await signedOut.post("/api/auth/logout"), 204);
    const device = await newDevice(first);
    const body = (await owner.get(SECURITY)).json<Security>();
    expect(body.active_users.map(({ user_id, session_count }) => [user_id, session_count])).toEqual([
      [first.user.id, 2],
      [second.user.id, 1],
      [owner.user.id, 1],
    ]);
    expect(body).toMatchObject({ active_user_count: 3, active_session_count: 4 });
    expect(body.active_users[0]).toMatchObject({
      name: "First",
      last_login_at: device.signedIn.session.started_at,
      last_active_at: device.signedIn.session.last_active_at,
    });
    for (const user of body.active_users) expect(user.last_login_at).toMatch(RFC_3339);
  });

  test("sessions don't change the ETag, and If-None-Match is ignored", async () => {
    const owner = await newOwner(service());
    const { etag } = (await owner.get(SECURITY)).headers;
    await newMember(owner);
    const again = await owner.get(SECURITY, { headers: { "if-none-match": String(etag) } });
    expectStatus(again, 200);
    expect(again.headers.etag).toBe(etag);
    expect(again.json<Security>().active_session_count).toBe(2);
  });

  test("a member gets 403 from each operation on the account's policy", async () => {
    const owner = await newOwner(service());
    const member = await newMember(owner);
    const responses = await Promise.all([
      member.get(SECURITY),
      member.patch(SECURITY, {}),
      member.post(`${SECURITY}/preview`, {}),
      member.post(`${SECURITY}/revoke-sessions`, {}),
      member.get(`${SECURITY}/sessions`),
      member.delete(`${SECURITY}/sessions/${member.sessionId}`),
      member.post(`${SECURITY}/users/${member.user.id}/revoke-sessions`),
      member.get(`${SECURITY}/events`),
    ]);
    for (const response of responses) expectProblem(response, 403, "forbidden");
  });
});

describe("PATCH /api/accounts/me/security (RFC 7396): absent is unchanged, null clears", () => {
  test("responds with the body of GET, applied and the new ETag", async () => {
    const owner = await newOwner(service());
    const before = (await owner.get(SECURITY)).headers.etag;
    const response = expectStatus(
      await owner.patch(SECURITY, { idle_minutes: 15, absolute_minutes: 720 }),
      200,
    );
    const { applied, ...body } = response.json<Security>();
    expect(applied).toEqual({ sessions_shortened: 0, sessions_ended: 0 });
    expect(body).toMatchObject({
      idle_minutes: 15,
      absolute_minutes: 720,
      effective_idle_minutes: 15,
      effective_absolute_minutes: 720,
      preset: "strict",
    });
    const now = await owner.get(SECURITY);
    expect(now.json()).toEqual(body);
    expect(response.headers.etag).toBe(now.headers.etag);
    expect(response.headers.etag).not.toBe(before);
  });

  test("setting one limit leaves the other unchanged, and null clears one", async () => {
    const owner = await newOwner(service());
    expectStatus(await owner.patch(SECURITY, { idle_minutes: 20, absolute_minutes: 600 }), 200);
    const changed = (await owner.patch(SECURITY, { idle_minutes: 25 })).json<Security>();
    expect(changed).toMatchObject({ idle_minutes: 25, absolute_minutes: 600, preset: "custom" });
    const cleared = (await owner.patch(SECURITY, { absolute_minutes: null })).json<Security>();
    expect(cleared).toMatchObject({
      idle_minutes: 25,
      absolute_minutes: null,
      effective_absolute_minutes: 1440,
    });
    const none = (await owner.patch(SECURITY, { idle_minutes: null })).json<Security>();
    expect(none).toMatchObject({ idle_minutes: null, effective_idle_minutes: 60, preset: "standard" });
  });

  test.each([
    [{ idle_minutes: 10, absolute_minutes: 30 }],
    [{ idle_minutes: 43_200, absolute_minutes: 129_600 }],
    [{ idle_minutes: 60, absolute_minutes: 60 }],
  ])("%j is accepted: the bounds are inclusive, and idle may equal absolute", async (patch) => {
    const owner = await newOwner(service());
    expect(expectStatus(await owner.patch(SECURITY, patch), 200).json<Security>()).toMatchObject(patch);
  });

  test.each([
    [{ idle_minutes: 9 }, { idle_minutes: [10, 43_200] }],
    [{ idle_minutes: 43_201 }, { idle_minutes: [10, 43_200] }],
    [{ absolute_minutes: 29 }, { absolute_minutes: [30, 129_600] }],
    [{ absolute_minutes: 129_601 }, { absolute_minutes: [30, 129_600] }],
    [{ idle_minutes: 0 }, { idle_minutes: [10, 43_200] }],
    [{ idle_minutes: -60 }, { idle_minutes: [10, 43_200] }],
    [
      { idle_minutes: 9, absolute_minutes: 129_601 },
      { idle_minutes: [10, 43_200], absolute_minutes: [30, 129_600] },
    ],
  ])("%j is out_of_range with min and max, and nothing is written", async (patch, bounds) => {
    const owner = await newOwner(service());
    const before = await owner.get(SECURITY);
    const response = await owner.patch(SECURITY, patch);
    const fields = Object.fromEntries(Object.keys(bounds).map((field) => [field, "out_of_range"]));
    for (const error of expectFieldErrors(response, fields)) {
      const [min, max] = (bounds as Record<string, number[]>)[error.field] ?? [];
      expect(error).toMatchObject({ min, max });
    }
    const after = await owner.get(SECURITY);
    expect([after.text, after.headers.etag]).toEqual([before.text, before.headers.etag]);
  });

  test("idle above absolute, by the effective values, is idle_exceeds_absolute on idle_minutes", async () => {
    const owner = await newOwner(service());
    expectFieldErrors(await owner.patch(SECURITY, { idle_minutes: 61, absolute_minutes: 60 }), {
      idle_minutes: "idle_exceeds_absolute",
    });
    expectFieldErrors(await owner.patch(SECURITY, { idle_minutes: 1441 }), {
      idle_minutes: "idle_exceeds_absolute",
    });
    expectFieldErrors(await owner.patch(SECURITY, { absolute_minutes: 59 }), {
      idle_minutes: "idle_exceeds_absolute",
    });
  });

  test("clearing one limit is refused if the effective idle would exceed absolute", async () => {
    const owner = await newOwner(service());
    expectStatus(await owner.patch(SECURITY, { idle_minutes: 2_000, absolute_minutes: 3_000 }), 200);
    expectFieldErrors(await owner.patch(SECURITY, { absolute_minutes: null }), {
      idle_minutes: "idle_exceeds_absolute",
    });
    expectStatus(await owner.patch(SECURITY, { idle_minutes: 30, absolute_minutes: 40 }), 200);
    expectFieldErrors(await owner.patch(SECURITY, { idle_minutes: null }), {
      idle_minutes: "idle_exceeds_absolute",
    });
  });

  test("idle_exceeds_absolute is not reported when one of the two is out of range", async () => {
    const owner = await newOwner(service());
    expectFieldErrors(await owner.patch(SECURITY, { idle_minutes: 50_000, absolute_minutes: 60 }), {
      idle_minutes: "out_of_range",
    });
    expectFieldErrors(await owner.patch(SECURITY, { idle_minutes: 600, absolute_minutes: 5 }), {
      absolute_minutes: "out_of_range",
    });
  });

  test("all field errors are reported together, of types as well as ranges", async () => {
    const owner = await newOwner(service());
    expectFieldErrors(
      await owner.patch(SECURITY, { idle_minutes: 9, absolute_minutes: "x", apply: "later", y: 1 }),
      {
        idle_minutes: "out_of_range",
        absolute_minutes: "wrong_type",
        apply: "invalid_value",
        y: "unknown_field",
      },
    );
  });

  test.each([[{}], [{ apply: "next_login" }]])("%j changes nothing and answers 200", async (patch) => {
    const owner = await newOwner(service());
    const before = await owner.get(SECURITY);
    const response = expectStatus(await owner.patch(SECURITY, patch), 200);
    expect(response.headers.etag).toBe(before.headers.etag);
    const { applied, ...body } = response.json<Security>();
    expect(body).toEqual(before.json());
    expect(applied).toEqual({ sessions_shortened: 0, sessions_ended: 0 });
    const { items } = (await owner.get(`${SECURITY}/events?type=policy.changed`)).json<Page<AuditEvent>>();
    expect(items).toEqual([]);
  });
});

describe("If-Match: a version that is not the current ETag or * is a 412", () => {
  test("the current version is accepted once", async () => {
    const owner = await newOwner(service());
    const headers = { "if-match": String((await owner.get(SECURITY)).headers.etag) };
    expectStatus(await owner.patch(SECURITY, { idle_minutes: 20 }, { headers }), 200);
    expectProblem(await owner.patch(SECURITY, { idle_minutes: 25 }, { headers }), 412, "precondition_failed");
    expect((await owner.get(SECURITY)).json<Security>().idle_minutes).toBe(20);
  });

  test("* is accepted, and so is a list with the current version (RFC 9110 §13.1.1)", async () => {
    const owner = await newOwner(service());
    expectStatus(await owner.patch(SECURITY, { idle_minutes: 20 }, { headers: { "if-match": "*" } }), 200);
    const { etag } = (await owner.get(SECURITY)).headers;
    const headers = { "if-match": `"other", ${etag}` };
    expectStatus(await owner.patch(SECURITY, { idle_minutes: 25 }, { headers }), 200);
  });

  test.each([
    ["weakened", (etag: string) => `W/${etag}`],
    ["with -gzip", (etag: string) => etag.replace(/"$/, '-gzip"')],
    ["with -br", (etag: string) => etag.replace(/"$/, '-br"')],
    ["with ;gzip", (etag: string) => etag.replace(/"$/, ';gzip"')],
  ])("a tag that a proxy has rewritten names its version: %s", async (_, rewrite) => {
    const owner = await newOwner(service());
    const response = expectStatus(await owner.get(SECURITY), 200);
    const headers = { "if-match": rewrite(`"${response.json<Security>().version}"`) };
    expectStatus(await owner.patch(SECURITY, { idle_minutes: 20 }, { headers }), 200);
    expectProblem(await owner.patch(SECURITY, { idle_minutes: 25 }, { headers }), 412, "precondition_failed");
  });

  test("a different version is a 412, even for an empty change", async () => {
    const owner = await newOwner(service());
    const { etag } = (await owner.get(SECURITY)).headers;
    for (const value of ['"other"', 'W/"other"', String(etag).replaceAll('"', ""), '""'])
      for (const patch of [{}, { idle_minutes: 20 }])
        expectProblem(
          await owner.patch(SECURITY, patch, { headers: { "if-match": value } }),
          412,
          "precondition_failed",
        );
  });

  test("one of several concurrent changes of the same version succeeds", async () => {
    const owner = await newOwner(service());
    const headers = { "if-match": String((await owner.get(SECURITY)).headers.etag) };
    const responses = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        owner.patch(SECURITY, { idle_minutes: 20 + index }, { headers }),
      ),
    );
    expect(responses.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(7).fill(412)]);
  });
});

describe("apply: next_login leaves open sessions unchanged, now shortens them", () => {
  test("now: each session takes the smaller of its own minutes and the new ones", async () => {
    const owner = await newOwner(service());
    const member = await newMember(owner);
    const response = await owner.patch(SECURITY, { idle_minutes: 15, absolute_minutes: 720, apply: "now" });
    const { applied } = expectStatus(response, 200).json<Security>();
    expect(applied).toEqual({ sessions_shortened: 2, sessions_ended: 0 });
    const { session } = expectStatus(await member.refresh({ idle_for_seconds: 3_600 }), 200).json<SignIn>();
    const startedAt = Date.parse(session.started_at);
    expect(session).toMatchObject({ idle_minutes: 15, absolute_minutes: 720 });
    expect(Date.parse(session.idle_expires_at)).toBe(startedAt + 15 * 60_000);
    expect(Date.parse(session.absolute_expires_at)).toBe(startedAt + 720 * 60_000);
  });

  test("a longer policy applied now moves no deadline", async () => {
    const owner = await newOwner(service());
    const { session } = owner.signedIn;
    const patch = { idle_minutes: 120, absolute_minutes: 2_880, apply: "now" };
    const { applied } = expectStatus(await owner.patch(SECURITY, patch), 200).json<Security>();
    expect(applied).toEqual({ sessions_shortened: 0, sessions_ended: 0 });
    const body = expectStatus(await owner.refresh({ idle_for_seconds: 3_600 }), 200).json<SignIn>();
    expect(body.session).toMatchObject({
      idle_minutes: 60,
      absolute_minutes: 1440,
      idle_expires_at: session.idle_expires_at,
      absolute_expires_at: session.absolute_expires_at,
    });
  });

  test("a session counts as shortened once, even if both limits shrink, and not at all if none does", async () => {
    const owner = await newOwner(service());
    expectStatus(await owner.patch(SECURITY, { idle_minutes: 20, absolute_minutes: 600 }), 200);
    await newDevice(owner);
    const patch = { idle_minutes: 30, absolute_minutes: 600, apply: "now" };
    const { applied } = expectStatus(await owner.patch(SECURITY, patch), 200).json<Security>();
    expect(applied).toEqual({ sessions_shortened: 1, sessions_ended: 0 });
  });

  test('{"apply": "now"} alone applies the current policy, and creates a new version', async () => {
    const owner = await newOwner(service());
    const kept = await owner.patch(SECURITY, { idle_minutes: 15 });
    const response = expectStatus(await owner.patch(SECURITY, { apply: "now" }), 200);
    expect(response.json<Security>()).toMatchObject({
      idle_minutes: 15,
      applied: { sessions_shortened: 1, sessions_ended: 0 },
    });
    expect(response.headers.etag).not.toBe(kept.headers.etag);
  });

  test("sessions of other accounts are unchanged", async () => {
    const owner = await newOwner(service());
    const otherOwner = await newOwner(service());
    expectStatus(await owner.patch(SECURITY, { idle_minutes: 15, apply: "now" }), 200);
    const { session } = expectStatus(await otherOwner.get("/api/auth/session"), 200).json<SignIn>();
    expect(session.idle_minutes).toBe(60);
  });

  test("policy.changed is in the audit trail with before, after and apply", async () => {
    const owner = await newOwner(service());
    expectStatus(await owner.patch(SECURITY, { idle_minutes: 15, apply: "now" }), 200);
    expectStatus(await owner.refresh(), 200);
    const { items } = (await owner.get(`${SECURITY}/events?type=policy.changed`)).json<Page<AuditEvent>>();
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({
      type: "policy.changed",
      actor: { id: owner.user.id },
      session_id: owner.sessionId,
      details: {
        before: { idle_minutes: null, absolute_minutes: null },
        after: { idle_minutes: 15, absolute_minutes: null },
        apply: "now",
      },
    });
  });
});

describe("presets: standard is null/null, strict is 15/720, custom is anything else", () => {
  test.each([
    [{ idle_minutes: null, absolute_minutes: null }, "standard"],
    [{ idle_minutes: 15, absolute_minutes: 720 }, "strict"],
    [{ idle_minutes: 60, absolute_minutes: 1440 }, "custom"],
    [{ idle_minutes: 15, absolute_minutes: null }, "custom"],
    [{ idle_minutes: null, absolute_minutes: 720 }, "custom"],
  ])("%j is %s", async (patch, preset) => {
    const owner = await newOwner(service());
    expect(expectStatus(await owner.patch(SECURITY, patch), 200).json<Security>().preset).toBe(preset);
    expect((await owner.get(SECURITY)).json<Security>().preset).toBe(preset);
  });
});
