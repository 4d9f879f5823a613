import { describe, expect, test } from "vitest";
import { SessionPolicyForm } from "../../src/policy/session-policy-form.js";
import type { FakeAccount } from "../account/fake-account.js";
import { type OwnersPage, renderOwner } from "../account/render-owner.js";

const ends = (changes: Partial<FakeAccount["preview"]>) => (account: FakeAccount) => {
  account.preview = { ...account.preview, sessions: 112, ...changes };
};
const many = ends({
  sessions_ended: 37,
  sessions_shortened: 20,
  users_ended: 14,
  users_ended_first: ["Ada", "Grace", "Alan", "Edsger", "Barbara"].map((name) => ({ user_id: name, name })),
  caller_session_ends: true,
});
const show = (prepare: (account: FakeAccount) => void) => renderOwner(<SessionPolicyForm />, prepare);
const applyNow = ({ screen }: OwnersPage) =>
  screen.getByRole("checkbox", { name: "Also shorten sessions that are open now" });
const calls = ({ account }: OwnersPage, name: string) => account.calls.filter((call) => call[0] === name);

/** Types faster than anybody could: one key after the other with no moment between. */
function typeAtOnce({ screen }: OwnersPage, values: readonly string[]): void {
  const input = screen.getByLabelText("Idle timeout (minutes)").element() as HTMLInputElement;
  const write = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set;
  for (const value of values) {
    write?.call(input, value);
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

describe("the preview", () => {
  test("tells how many sessions end, whether the caller's does, and whose", async () => {
    const page = await show(many);
    await applyNow(page).click();
    await expect
      .element(page.screen.getByText("37 of 112 open sessions end now, yours among them. 20 are shortened."))
      .toBeVisible();
    await expect.element(page.screen.getByText("Signed out: Ada, Grace and 12 more people.")).toBeVisible();
  });

  test("names everybody where that is few, and leaves out what there is none of", async () => {
    const page = await show(
      ends({ sessions_ended: 1, users_ended: 1, users_ended_first: [{ user_id: "g", name: "Grace" }] }),
    );
    await applyNow(page).click();
    await expect.element(page.screen.getByText("1 of 112 open sessions ends now.")).toBeVisible();
    await expect.element(page.screen.getByText("Signed out: Grace.")).toBeVisible();
    await expect.element(page.screen.getByText(/shortened\./)).not.toBeInTheDocument();
  });

  test("asks once for what was typed in one go, and for the newest numbers", async () => {
    const page = await show(many);
    await page.screen.getByRole("radio", { name: "Custom" }).click();
    await applyNow(page).click();
    await expect.element(page.screen.getByText(/37 of 112/)).toBeVisible();
    typeAtOnce(page, ["20", "25", "30"]);
    await expect
      .poll(() => calls(page, "previewPolicy").slice(1))
      .toEqual([["previewPolicy", { idle_minutes: 30, absolute_minutes: 1440 }]]);
  });

  test("shows the newest answer, however late an older one comes", async () => {
    const answers: ((preview: FakeAccount["preview"]) => void)[] = [];
    const page = await show((account) => {
      account.api.previewPolicy = () => new Promise((resolve) => answers.push(resolve));
    });
    const { preview } = page.account;
    await page.screen.getByRole("radio", { name: "Custom" }).click();
    await applyNow(page).click();
    await expect.poll(() => answers.length).toBe(1);
    typeAtOnce(page, ["30"]);
    await expect.poll(() => answers.length).toBe(2);
    answers[1]?.({ ...preview, sessions: 112, sessions_ended: 7 });
    await expect.element(page.screen.getByText("7 of 112 open sessions end now.")).toBeVisible();
    answers[0]?.({ ...preview, sessions: 112, sessions_ended: 99 });
    await Promise.resolve();
    await expect.element(page.screen.getByText("7 of 112 open sessions end now.")).toBeVisible();
  });

  test("that can't be had says so softly, and the form still works", async () => {
    const page = await show((account) => account.failNext("previewPolicy", "unavailable"));
    await applyNow(page).click();
    await expect.element(page.screen.getByText("What this would do can't be told right now.")).toBeVisible();
    await expect.element(page.screen.getByRole("alert")).not.toBeInTheDocument();
    await expect.element(page.screen.getByRole("button", { name: "Save policy" })).toBeEnabled();
  });
});

describe("while a number has a fault", () => {
  test("the preview asks for nothing and keeps the last that it told", async () => {
    const page = await show(many);
    await page.screen.getByRole("radio", { name: "Custom" }).click();
    typeAtOnce(page, ["5"]);
    await applyNow(page).click();
    await expect.element(page.screen.getByText("What this would do can't be told right now.")).toBeVisible();
    typeAtOnce(page, ["50"]);
    await expect.element(page.screen.getByText(/37 of 112/)).toBeVisible();
    typeAtOnce(page, ["5"]);
    await expect.element(page.screen.getByText(/37 of 112/)).toBeVisible();
    expect(calls(page, "previewPolicy")).toEqual([
      ["previewPolicy", { idle_minutes: 50, absolute_minutes: 1440 }],
    ]);
  });
});

describe("applying to open sessions", () => {
  test("asks once more where the caller's own ends, and saves only when that is confirmed", async () => {
    const page = await show(many);
    await applyNow(page).click();
    await expect.element(page.screen.getByText(/37 of 112/)).toBeVisible();
    await page.screen.getByRole("button", { name: "Save policy" }).click();
    const dialog = page.screen.getByRole("dialog", { name: "Sign yourself out too?" });
    await expect.element(dialog).toBeVisible();
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await expect.element(dialog).not.toBeInTheDocument();
    expect(calls(page, "changePolicy")).toEqual([]);
    await page.screen.getByRole("button", { name: "Save policy" }).click();
    await dialog.getByRole("button", { name: "Save and sign me out" }).click();
    await expect
      .poll(() => calls(page, "changePolicy"))
      .toEqual([["changePolicy", { idle_minutes: null, absolute_minutes: null, apply: "now" }, '"1"']]);
  });

  test("saves at once where the caller's own goes on, and the box is empty again after", async () => {
    const page = await show(ends({ sessions_ended: 2 }));
    await applyNow(page).click();
    await expect.element(page.screen.getByText(/2 of 112/)).toBeVisible();
    await page.screen.getByRole("button", { name: "Save policy" }).click();
    await expect.element(page.screen.getByText("Saved", { exact: true })).toBeVisible();
    expect(calls(page, "changePolicy")).toHaveLength(1);
    await expect.element(applyNow(page)).not.toBeChecked();
  });

  test("is not saved where nobody can tell what it would do", async () => {
    const page = await show(many);
    await applyNow(page).click();
    await expect.element(page.screen.getByText(/37 of 112/)).toBeVisible();
    page.account.failNext("previewPolicy", "unavailable");
    await page.screen.getByRole("button", { name: "Save policy" }).click();
    await expect.element(page.screen.getByRole("alert")).toHaveTextContent(/in trouble/);
    expect(calls(page, "changePolicy")).toEqual([]);
  });
});
