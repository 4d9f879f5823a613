import { CurfewProblem } from "@curfew/client";

/** Swallows that a session has ended already: a deadline or another device was first. Throws all else again. */
export function unlessGone(problem: unknown): void {
  if (!(problem instanceof CurfewProblem && problem.code === "not_found")) throw problem;
}
