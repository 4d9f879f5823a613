import { describe, expect, it } from "vitest";
import { isRegistrationClosed } from "../../../src/pages/register-page.js";

describe("isRegistrationClosed", () => {
  it.each([
    ["open", true, false],
    ["open", false, false],
    ["closed", true, false],
    ["closed", false, true],
  ] as const)("with %s registration and first_run %s is %s", (registration, first_run, isClosed) => {
    expect(isRegistrationClosed({ registration, first_run })).toBe(isClosed);
  });
});
