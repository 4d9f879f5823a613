import { randomInt } from "node:crypto";
import type { SqlDatabase } from "@curfew/sql";
import { expect } from "vitest";
import { rounds } from "../../../../scripts/checks/rounds.js";
import { login, register } from "../unit/api-calls.js";
import { createTestService } from "../unit/test-service.js";

/** As many e-mails of each kind, so that none reaches the limit on its failures. */
const EMAILS = 50;

/** Samples of each kind. The standard error of the area is 0.41 divided by the root of their number. */
const SAMPLES = rounds(150, 3_000);

/** How far from a half the area may be: more than three standard errors. A write more for some e-mails made it 0.86 to 0.99. */
const MOST_DIFFERENCE = rounds(0.14, 0.05);

/** What an attacker measures, in milliseconds. */
interface Sample {
  readonly isKnown: boolean;
  readonly answerMs: number;
  /** Of the call that follows the answer of the failed sign-in. */
  readonly nextMs: number;
}

/**
 * Times failed sign-ins with e-mails that have accounts and others, in random order, and the call after each of them. An
 * attacker who sorts them by time finds nothing: the area under the curve (the chance that a known e-mail takes longer than an
 * unknown one) is a half.
 *
 * @param database every commit of which takes some milliseconds
 */
export async function expectNoDifference(database: SqlDatabase): Promise<void> {
  const service = await createTestService({ openDatabase: () => Promise.resolve(database) });
  const known = Array.from({ length: EMAILS }, (_, index) => `known-${index}@example.test`);
  const unknown = Array.from({ length: EMAILS }, (_, index) => `other-${index}@example.test`);
  for (const [index] of known.entries())
    await register(
      { call: (method, path, call) => service.call(method, path, { ...call, ip: `10.0.0.${index}` }) },
      `known-${index}`,
    );

  async function measure(isKnown: boolean): Promise<Sample> {
    const emails = isKnown ? known : unknown;
    const ip = `10.${randomInt(1, 255)}.${randomInt(255)}.${randomInt(255)}`;
    const begunAt = performance.now();
    const refused = await login(service, emails[randomInt(EMAILS)] ?? "", "wrong", { ip });
    const answeredAt = performance.now();
    expect(refused.status).toBe(401);
    await service.call("POST", "/api/auth/refresh", { cookie: null });
    const nextAt = performance.now();
    return { isKnown, answerMs: answeredAt - begunAt, nextMs: nextAt - answeredAt };
  }

  const samples: Sample[] = [];
  for (let round = 0; round < SAMPLES; round += 1) {
    const first = randomInt(2) === 0;
    samples.push(await measure(first), await measure(!first));
  }
  await service.close();
  for (const measured of ["answerMs", "nextMs"] as const) {
    const area = areaUnderCurve(
      samples.filter((sample) => sample.isKnown).map((sample) => sample[measured]),
      samples.filter((sample) => !sample.isKnown).map((sample) => sample[measured]),
    );
    expect(Math.abs(area - 0.5), `${measured}: the area is ${area}`).toBeLessThan(MOST_DIFFERENCE);
  }
}

/** The chance that one of `positives` is greater than one of `negatives` (the Mann-Whitney statistic); ties count half. */
export function areaUnderCurve(positives: readonly number[], negatives: readonly number[]): number {
  let wins = 0;
  for (const positive of positives)
    for (const negative of negatives) wins += positive > negative ? 1 : positive === negative ? 0.5 : 0;
  return wins / (positives.length * negatives.length);
}
