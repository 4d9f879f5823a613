import { describe, expect, it } from "vitest";
import { settingsRows } from "../../../../src/pages/account/account-page.js";

const titles = (role: "owner" | "member") => settingsRows(role).map(({ title }) => title);

describe("the settings list", () => {
  it("shows members their own settings", () => {
    expect(titles("member")).toEqual(["Your sessions", "Password"]);
  });

  it("also shows owners Members and Session security", () => {
    expect(titles("owner")).toEqual(["Your sessions", "Password", "Members", "Session security"]);
  });

  it("has a path and a description for each row", () => {
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
