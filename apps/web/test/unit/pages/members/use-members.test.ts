import { CurfewProblem, type ProblemDetails } from "@curfew/client";
import { describe, expect, it } from "vitest";
import { memberProblemMessage } from "../../../../src/pages/members/use-members.js";

const message = (code: ProblemDetails["code"], detail = "A plain sentence") =>
  memberProblemMessage(new CurfewProblem({ code, status: 409, detail, errors: [] }));

describe("memberProblemMessage", () => {
  it("says what to do about the last owner", () => {
    expect(message("last_owner")).toBe(
      "This is the last owner who can sign in. Make somebody else an owner first.",
    );
  });

  it("says that the password is required", () => {
    expect(message("reauthentication_required")).toBe("Not done: this needs your password once more.");
  });

  it("says that the member was removed", () => {
    expect(message("not_found")).toBe("This member is not in the account any more.");
  });

  it("uses the general messages otherwise", () => {
    expect(message("email_taken")).toBe("This e-mail address belongs to somebody already.");
    expect(message("forbidden", "Your role does not allow this")).toBe("Your role does not allow this.");
    expect(memberProblemMessage(new TypeError("no function"))).toBe(
      "Something went wrong on this page. Please try again.",
    );
  });
});
