import { CurfewProblem, type FieldFault, type ProblemDetails } from "@curfew/client";
import { describe, expect, it } from "vitest";
import { formFaults } from "../../../src/form/use-submission.js";

const problem = (details: Partial<ProblemDetails>) =>
  new CurfewProblem({
    code: "validation_failed",
    status: 422,
    detail: "Some fields are not right",
    errors: [],
    ...details,
  });
const fault = (field: string, message: string): FieldFault => ({ field, code: "invalid_value", message });

describe("formFaults", () => {
  it("assigns the first fault of each field to it", () => {
    const errors = [
      fault("email", "This is not an e-mail address."),
      fault("name", "One."),
      fault("name", "Two."),
    ];
    const { fields, form } = formFaults(problem({ errors }), ["name", "email"]);
    expect(Object.fromEntries(fields)).toEqual({ email: "This is not an e-mail address.", name: "One." });
    expect(form).toBeNull();
  });

  it("assigns faults of other fields to the whole form", () => {
    const errors = [fault("token", "This invitation does not work."), fault("password", "Too short.")];
    const { fields, form } = formFaults(problem({ errors }), ["password"]);
    expect(Object.fromEntries(fields)).toEqual({ password: "Too short." });
    expect(form).toBe("This invitation does not work.");
  });

  it("always has a message", () => {
    expect(formFaults(problem({}), ["password"])).toEqual({
      fields: new Map(),
      form: "Some fields are not right.",
    });
    expect(formFaults(new TypeError("x is not a function"), []).form).toBe(
      "Something went wrong on this page. Please try again.",
    );
  });

  it("assigns a taken e-mail address to its field, if the form has one", () => {
    const taken = problem({ code: "email_taken", status: 409 });
    expect(Object.fromEntries(formFaults(taken, ["email"]).fields)).toEqual({
      email: "This e-mail address belongs to somebody already.",
    });
    expect(formFaults(taken, ["password"]).form).toBe("This e-mail address belongs to somebody already.");
  });

  it("does not reveal whether the e-mail address or the password was wrong", () => {
    const { fields, form } = formFaults(problem({ code: "invalid_credentials", status: 401 }), [
      "email",
      "password",
    ]);
    expect(fields.size).toBe(0);
    expect(form).toBe("The e-mail address or the password is wrong.");
  });
});
