import { CurfewProblem, type FieldFault, type ProblemDetails } from "@curfew/client";
import { describe, expect, it } from "vitest";
import { formFaults } from "../../../src/form/form-faults.js";

const problem = (details: Partial<ProblemDetails>) =>
  new CurfewProblem({
    code: "validation_failed",
    status: 422,
    detail: "Some fields are not right",
    errors: [],
    ...details,
  });
const fault = (field: string, message: string): FieldFault => ({ field, code: "invalid_value", message });

describe("What a form says of a refusal", () => {
  it("stands beneath the field that is at fault, the first of several", () => {
    const errors = [
      fault("email", "This is not an e-mail address."),
      fault("name", "One."),
      fault("name", "Two."),
    ];
    const { fields, form } = formFaults(problem({ errors }), ["name", "email"]);
    expect(Object.fromEntries(fields)).toEqual({ email: "This is not an e-mail address.", name: "One." });
    expect(form).toBeNull();
  });

  it("is of the whole form where the fault is of a field that it does not show", () => {
    const errors = [fault("token", "This invitation does not work."), fault("password", "Too short.")];
    const { fields, form } = formFaults(problem({ errors }), ["password"]);
    expect(Object.fromEntries(fields)).toEqual({ password: "Too short." });
    expect(form).toBe("This invitation does not work.");
  });

  it("is never silent", () => {
    expect(formFaults(problem({}), ["password"])).toEqual({
      fields: new Map(),
      form: "Some fields are not right.",
    });
    expect(formFaults(new TypeError("x is not a function"), []).form).toBe(
      "Something went wrong on this page. Please try again.",
    );
  });

  it("stands beneath the e-mail address where that is somebody's already, if the form has one", () => {
    const taken = problem({ code: "email_taken", status: 409 });
    expect(Object.fromEntries(formFaults(taken, ["email"]).fields)).toEqual({
      email: "This e-mail address belongs to somebody already.",
    });
    expect(formFaults(taken, ["password"]).form).toBe("This e-mail address belongs to somebody already.");
  });

  it("does not tell whether the e-mail address or the password was wrong", () => {
    const { fields, form } = formFaults(problem({ code: "invalid_credentials", status: 401 }), [
      "email",
      "password",
    ]);
    expect(fields.size).toBe(0);
    expect(form).toBe("The e-mail address or the password is wrong.");
  });
});
