import { describe, expect, test } from "vitest";
import { SessionPolicyForm } from "../../src/policy/session-policy-form.js";
import type { FakeAccount } from "../support/fake-account.js";
import { type OwnerPage, renderOwner } from "../support/render-owner.js";

/** Prepares an account with a preview of 112 sessions. */
const withPreview = (changes: Partial<FakeAccount["preview"]>) => (account: FakeAccount) => {
  account.preview = { ...account.preview, sessions: 112, ...changes };
};
const endsMany = withPreview({
  sessions_ended: 37,
  sessions_shortened: 20,
  users_ended: 14,
  users_ended_first: ["Ada", "Grace", "Alan", "Edsger", "Barbara"].map((name) => ({ user_id: name, name })),
  caller_session_ends: true,
});
const renderForm = (prepare: (account: FakeAccount) => void) => renderOwner(<SessionPolicyForm />, prepare);
const applyNow = ({ screen }: OwnerPage) =>
  screen.getByRole("checkbox", { name: "Also shorten sessions that are open now" });
const calls = ({ account }: OwnerPage, name: string) => account.calls.filter((call) => call[0] === name);

/** Sets several values of the idle timeout synchronously, without a pause between them. */
function typeWithoutPause({ screen }: OwnerPage, values: readonly string[]): void {
  const input = screen.getByLabelText("Idle timeout (minutes)").element() as HTMLInputElement;
  const setValue = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set;
  for (const value of values) {
    setValue?.call(input, value);
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

describe("the preview", () => {
  test("names the number of ended sessions, whether the caller's is among them, and the users", async () => {
    const page = await renderForm(endsMany);
    await applyNow(page).click();
    await expect
      .element(page.screen.getByText("37 of 112 open sessions end now, yours among them. 20 are shortened."))
      .toBeVisible();
    await expect.element(page.screen.getByText("Signed out: Ada, Grace and 12 more people.")).toBeVisible();
  });

  test("names all users if they are few, and omits counts of zero", async () => {
    const page = await renderForm(
      withPreview({
        sessions_ended: 1,
        users_ended: 1,
        users_ended_first: [{ user_id: "g", name: "Grace" }],
      }),
    );
    await applyNow(page).click();
    await expect.element(page.screen.getByText("1 of 112 open sessions ends now.")).toBeVisible();
    await expect.element(page.screen.getByText("Signed out: Grace.")).toBeVisible();
    await expect.element(page.screen.getByText(/shortened\./)).not.toBeInTheDocument();
  });

  test("makes one request for uninterrupted typing, with the newest limits", async () => {
    const page = await renderForm(endsMany);
    await page.screen.getByRole("radio", { name: "Custom" }).click();
    await applyNow(page).click();
    await expect.element(page.screen.getByText(/37 of 112/)).toBeVisible();
    typeWithoutPause(page, ["20", "25", "30"]);
    await expect
      .poll(() => calls(page, "previewPolicy").slice(1))
      .toEqual([["previewPolicy", { idle_minutes: 30, absolute_minutes: 1440 }]]);
  });

  test("ignores a late response to an older request", async () => {
    const respond: ((preview: FakeAccount["preview"]) => void)[] = [];
    const page = await renderForm((account) => {
      account.api.previewPolicy = () => new Promise((resolve) => respond.push(resolve));
    });
    const { preview } = page.account;
    await page.screen.getByRole("radio", { name: "Custom" }).click();
    await applyNow(page).click();
    await expect.poll(() => respond.length).toBe(1);
    typeWithoutPause(page, ["30"]);
    await expect.poll(() => respond.length).toBe(2);
    respond[1]?.({ ...preview, sessions: 112, sessions_ended: 7 });
    await expect.element(page.screen.getByText("7 of 112 open sessions end now.")).toBeVisible();
    respond[0]?.({ ...preview, sessions: 112, sessions_ended: 99 });
    await Promise.resolve();
    await expect.element(page.screen.getByText("7 of 112 open sessions end now.")).toBeVisible();
  });

  test("that fails shows no alert and does not block the form", async () => {
    const page = await renderForm((account) => account.failNext("previewPolicy", "unavailable"));
    await applyNow(page).click();
    await expect.element(page.screen.getByText("What this would do can't be told right now.")).toBeVisible();
    await expect.element(page.screen.getByRole("alert")).not.toBeInTheDocument();
    await expect.element(page.screen.getByRole("button", { name: "Save policy" })).toBeEnabled();
  });
});

describe("the preview of a faulty limit", () => {
  test("makes no request and keeps the last preview", async () => {
    const page = await renderForm(endsMany);
    await page.screen.getByRole("radio", { name: "Custom" }).click();
    typeWithoutPause(page, ["5"]);
    await applyNow(page).click();
    await expect.element(page.screen.getByText("What this would do can't be told right now.")).toBeVisible();
    typeWithoutPause(page, ["50"]);
    await expect.element(page.screen.getByText(/37 of 112/)).toBeVisible();
    typeWithoutPause(page, ["5"]);
    await expect.element(page.screen.getByText(/37 of 112/)).toBeVisible();
    expect(calls(page, "previewPolicy")).toEqual([
      ["previewPolicy", { idle_minutes: 50, absolute_minutes: 1440 }],
    ]);
  });
});

describe("saving with the checkbox checked", () => {
  test("requires a confirmation if the caller's own session ends", async () => {
    const page = await renderForm(endsMany);
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

  test("needs no confirmation if the caller's session stays, and unchecks the box", async () => {
    const page = await renderForm(withPreview({ sessions_ended: 2 }));
    await applyNow(page).click();
    await expect.element(page.screen.getByText(/2 of 112/)).toBeVisible();
    await page.screen.getByRole("button", { name: "Save policy" }).click();
    await expect.element(page.screen.getByText("Saved", { exact: true })).toBeVisible();
    expect(calls(page, "changePolicy")).toHaveLength(1);
    await expect.element(applyNow(page)).not.toBeChecked();
  });

  test("fails if the preview fails", async () => {
    const page = await renderForm(endsMany);
    await applyNow(page).click();
    await expect.element(page.screen.getByText(/37 of 112/)).toBeVisible();
    page.account.failNext("previewPolicy", "unavailable");
    await page.screen.getByRole("button", { name: "Save policy" }).click();
    await expect.element(page.screen.getByRole("alert")).toHaveTextContent(/in trouble/);
    expect(calls(page, "changePolicy")).toEqual([]);
  });
});
