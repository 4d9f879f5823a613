import { CurfewProblem, type ProblemDetails } from "@curfew/client";
import { describe, expect, it } from "vitest";
import { memberProblemWords } from "../../../../src/pages/members/member-problem-words.js";

const words = (code: ProblemDetails["code"], detail = "Told by the server") =>
  memberProblemWords(new CurfewProblem({ code, status: 409, detail, errors: [] }));

describe("why a member could not be changed", () => {
  it("says what to do about the last owner", () => {
    expect(words("last_owner")).toBe(
      "This is the last owner who can sign in. Make somebody else an owner first.",
    );
  });

  it("says that the password was asked for and not given", () => {
    expect(words("reauthentication_required")).toBe("Not done: this needs your password once more.");
  });

  it("says that the member is gone", () => {
    expect(words("not_found")).toBe("This member is not in the account any more.");
  });

  it("tells all else as the other pages do", () => {
    expect(words("email_taken")).toBe("This e-mail address belongs to somebody already.");
    expect(words("forbidden", "Your role does not allow this")).toBe("Your role does not allow this.");
    expect(memberProblemWords(new TypeError("no function"))).toBe(
      "Something went wrong on this page. Please try again.",
    );
  });
});
