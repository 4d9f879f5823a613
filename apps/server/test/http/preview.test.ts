import { describe, expect, test } from "vitest";
import { expectFieldErrors, expectStatus } from "../harness/expectations.js";
import { useService } from "../harness/service.js";
import { newDevice, newMember, newOwner } from "../harness/users.js";
import type { Security } from "../harness/wire.js";

const service = useService();
const SECURITY = "/api/accounts/me/security";
const PREVIEW = `${SECURITY}/preview`;

interface Preview {
  readonly effective_idle_minutes: number;
  readonly effective_absolute_minutes: number;
  readonly preset: string;
  readonly sessions: number;
  readonly sessions_shortened: number;
  readonly sessions_ended: number;
  readonly users_ended: number;
  readonly users_ended_first: readonly unknown[];
  readonly caller_session_ends: boolean;
  readonly standards: readonly {
    readonly id: string;
    readonly name: string;
    readonly source: string;
    readonly idle_minutes_max: number | null;
    readonly absolute_minutes_max: number | null;
    readonly supported: boolean;
  }[];
}

describe("POST /api/accounts/me/security/preview", () => {
  test("returns exactly the contract's fields", async () => {
    const owner = await newOwner(service());
    const body = expectStatus(await owner.post(PREVIEW, { idle_minutes: 15 }), 200).json<Preview>();
    expect(Object.keys(body).sort()).toEqual([
      "caller_session_ends",
      "effective_absolute_minutes",
      "effective_idle_minutes",
      "preset",
      "sessions",
      "sessions_ended",
      "sessions_shortened",
      "standards",
      "users_ended",
      "users_ended_first",
    ]);
    for (const standard of body.standards)
      expect(Object.keys(standard).sort()).toEqual([
        "absolute_minutes_max",
        "id",
        "idle_minutes_max",
        "name",
        "source",
        "supported",
      ]);
  });

  test("returns the same numbers as PATCH with apply now", async () => {
    const owner = await newOwner(service());
    await newMember(owner);
    await newDevice(owner);
    const patch = { idle_minutes: 15, absolute_minutes: 720 };
    const preview = expectStatus(await owner.post(PREVIEW, patch), 200).json<Preview>();
    expect(preview).toMatchObject({
      effective_idle_minutes: 15,
      effective_absolute_minutes: 720,
      preset: "strict",
      sessions: 3,
      sessions_shortened: 3,
      sessions_ended: 0,
      users_ended: 0,
      users_ended_first: [],
      caller_session_ends: false,
    });
    const done = expectStatus(await owner.patch(SECURITY, { ...patch, apply: "now" }), 200).json<Security>();
    expect(done.applied).toEqual({
      sessions_shortened: preview.sessions_shortened,
      sessions_ended: preview.sessions_ended,
    });
    expect(done.effective_idle_minutes).toBe(preview.effective_idle_minutes);
  });

  test("an empty body previews the current policy", async () => {
    const owner = await newOwner(service());
    expectStatus(await owner.patch(SECURITY, { idle_minutes: 20 }), 200);
    for (const json of [undefined, {}]) {
      const body = expectStatus(await owner.post(PREVIEW, json), 200).json<Preview>();
      expect(body).toMatchObject({ effective_idle_minutes: 20, sessions: 1, sessions_shortened: 1 });
    }
  });

  test("has the field errors of PATCH", async () => {
    const owner = await newOwner(service());
    expectFieldErrors(await owner.post(PREVIEW, { idle_minutes: 9, absolute_minutes: 200_000 }), {
      idle_minutes: "out_of_range",
      absolute_minutes: "out_of_range",
    });
    expectFieldErrors(await owner.post(PREVIEW, { idle_minutes: 1_500 }), {
      idle_minutes: "idle_exceeds_absolute",
    });
    expectFieldErrors(await owner.post(PREVIEW, { apply: "now" }), { apply: "unknown_field" });
  });

  test("changes no policy, session or audit event", async () => {
    const owner = await newOwner(service());
    const read = async () => [
      (await owner.get(SECURITY)).text,
      (await owner.get(SECURITY)).headers.etag,
      (await owner.get(`${SECURITY}/sessions`)).text,
      (await owner.get(`${SECURITY}/events`)).text,
    ];
    const before = await read();
    expectStatus(await owner.post(PREVIEW, { idle_minutes: 10, absolute_minutes: 30 }), 200);
    expect(await read()).toEqual(before);
    expectStatus(await owner.get("/api/auth/session"), 200);
  });

  test("standards are supported according to the effective limits; strict supports all", async () => {
    const owner = await newOwner(service());
    const supported = async (patch: Record<string, unknown>) =>
      expectStatus(await owner.post(PREVIEW, patch), 200).json<Preview>().standards;
    const strict = await supported({ idle_minutes: 15, absolute_minutes: 720 });
    expect(strict.every((standard) => standard.supported)).toBe(true);
    for (const patch of [{}, { idle_minutes: 61 }, { idle_minutes: 16, absolute_minutes: 721 }]) {
      const {
        effective_idle_minutes: idle,
        effective_absolute_minutes: absolute,
        standards,
      } = expectStatus(await owner.post(PREVIEW, patch), 200).json<Preview>();
      for (const standard of standards)
        expect(standard.supported, standard.id).toBe(
          idle <= (standard.idle_minutes_max ?? Number.POSITIVE_INFINITY) &&
            absolute <= (standard.absolute_minutes_max ?? Number.POSITIVE_INFINITY),
        );
    }
    const limits = strict.map((standard) => [standard.idle_minutes_max, standard.absolute_minutes_max]);
    expect(limits).toContainEqual([60, 1440]);
    expect(limits).toContainEqual([15, 720]);
  });
});
