import { describe, expect, it } from "vitest";
import { settingsRows } from "../../../../src/pages/account/settings-rows.js";

const titles = (role: "owner" | "member") => settingsRows(role).map(({ title }) => title);

describe("the settings list", () => {
  it("offers a member what is the member's own", () => {
    expect(titles("member")).toEqual(["Your sessions", "Password"]);
  });

  it("offers an owner the account's members and its session security too", () => {
    expect(titles("owner")).toEqual(["Your sessions", "Password", "Members", "Session security"]);
  });

  it("leads to a page of its own with every row, and says what is there", () => {
    const rows = settingsRows("owner");
    expect(rows.map(({ to }) => to)).toEqual([
      "/account/sessions",
      "/account/password",
      "/account/members",
      "/account/security",
    ]);
    for (const { about } of rows) expect(about).toMatch(/^\p{Lu}.+\.$/u);
  });
});
