import { expect, test } from "vitest";
import { runScenario } from "./scenario-runner.js";
import type { Scenario, Step } from "./steps.js";

/** Stories in which engine and reference once differed, shortened. */
const KEPT: Readonly<Record<string, Partial<Scenario>>> = {
  "a use that moves nothing counts for the minute of the process that wrote it": {
    replicas: 2,
    steps: [
      signIn(),
      open(),
      wait(30_000),
      touch({ idleForSeconds: 601 }),
      wait(500),
      touch(),
      wait(30_000),
      touch(),
    ],
  },
  "a host session whose user and account were signed out in the same millisecond ended with its account": {
    steps: [
      { do: "concurrent", steps: [revokeUser(), { do: "revoke account", account: 0, spare: null }] },
      open({ agoMs: 600_000 }),
      { do: "compare" },
    ],
  },
  "a sign-out spared the session that signed itself out in the same millisecond": {
    steps: [
      signIn(),
      open(),
      { do: "concurrent", steps: [signOut(), { ...revokeUser(), spare: 1, reason: "revoked_by_owner" }] },
    ],
  },
  "the later of two sign-outs in one millisecond is why a host session was dead at first sight": {
    steps: [
      {
        do: "concurrent",
        // The first reads before it writes.
        steps: [revokeUser(), { do: "update user", user: 0, role: undefined, disabled: true }],
      },
      open({ agoMs: 600_000 }),
    ],
  },
  "a session that had ended when its account was deleted is told the same from memory as from the database": {
    steps: [
      open(),
      { do: "end governed", account: 0, host: 0, reason: "revoked_by_owner" },
      { do: "delete account", account: 0 },
      { do: "check", account: 0, host: 0 },
    ],
  },
};

const SETTINGS: Scenario = {
  onDisk: false,
  replicas: 1,
  graceSeconds: 10,
  settledAtOnce: 0,
  shadowLimit: 3,
  governedSinceMs: null,
  hostDecidesOwners: false,
  steps: [],
};

test.each(Object.entries(KEPT))("%s", async (_name, changes) => {
  await expect(runScenario({ ...SETTINGS, ...changes })).resolves.toBeUndefined();
});

function signIn(): Step {
  const client = { label: "Firefox", ip: "192.0.2.1" };
  const rules = { prepared: null, replaces: null, endsOthers: false, changesRole: false, times: null };
  return { do: "sign in", user: 0, key: 0, client, ...rules };
}

function signOut(): Step {
  return { do: "sign out", token: 0, proof: "none" };
}

function revokeUser(): Extract<Step, { do: "revoke user" }> {
  return { do: "revoke user", user: 0, spare: null, reason: "revoked_by_user" };
}

function open({ agoMs = 0 } = {}): Step {
  const started = { from: "now", agoMs, offsetMs: 0 } as const;
  const times = { started, authenticatedAgoMs: null, lastActiveAgoMs: null, endsInMs: null };
  const client = { label: "Firefox", ip: "192.0.2.1" };
  return {
    do: "open",
    account: 0,
    host: 0,
    person: null,
    changesRole: false,
    times,
    client,
    endsOthers: false,
  };
}

function touch({ idleForSeconds = 0 } = {}): Step {
  return { do: "touch", account: 0, host: 0, idleForSeconds };
}

function wait(ms: number): Step {
  return { do: "wait", ms, runsTimers: false };
}
