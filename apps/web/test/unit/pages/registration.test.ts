import { describe, expect, it } from "vitest";
import { registrationIsClosed } from "../../../src/pages/register/registration.js";

describe("Registration", () => {
  it.each([
    ["open", true, false],
    ["open", false, false],
    ["closed", true, false],
    ["closed", false, true],
  ] as const)("that is %s, with first_run %s, is closed: %s", (registration, first_run, isClosed) => {
    expect(registrationIsClosed({ registration, first_run })).toBe(isClosed);
  });
});
