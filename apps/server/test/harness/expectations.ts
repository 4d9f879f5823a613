import { expect } from "vitest";
import type { Answer } from "./send.js";
import type { Fault, Problem } from "./wire.js";

export const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
export const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** The answer is this refusal; gives back the problem. */
export function expectProblem(answer: Answer, status: number, code: string): Problem {
  expect({ status: answer.status, body: answer.text }).toMatchObject({
    status,
    body: expect.stringContaining(`"code":"${code}"`),
  });
  const problem = answer.as<Problem>();
  expect(problem).toMatchObject({ status, code });
  return problem;
}

/** The answer is a 422 with exactly these faults, by field; gives them back. */
export function expectFaults(answer: Answer, faults: Readonly<Record<string, string>>): readonly Fault[] {
  const { errors = [] } = expectProblem(answer, 422, "validation_failed");
  const found = errors.map(({ field, code }) => [field, code]);
  expect(found.sort()).toEqual(Object.entries(faults).sort());
  return errors;
}

/** The answer says that the session was revoked for this reason; gives back the moment. */
export function expectRevoked(answer: Answer, reason: string): string {
  const problem = expectProblem(answer, 401, "session_revoked");
  expect(problem.reason).toBe(reason);
  expect(problem.ended_at).toMatch(RFC_3339);
  return problem.ended_at ?? "";
}

/** The answer was this status; shows the body where it was not. */
export function expectStatus(answer: Answer, status: number): Answer {
  expect({ status: answer.status, body: answer.status === status ? "" : answer.text }).toEqual({
    status,
    body: "",
  });
  return answer;
}
