import { CurfewProblem } from "@curfew/client";
import { problemWords } from "../../words/problem-words.js";

/** Why a member could not be changed or invited, in words. */
export function memberProblemWords(problem: unknown): string {
  if (!(problem instanceof CurfewProblem)) return problemWords(problem);
  switch (problem.code) {
    case "last_owner":
      return "This is the last owner who can sign in. Make somebody else an owner first.";
    case "not_found":
      return "This member is not in the account any more.";
    default:
      return problemWords(problem);
  }
}
