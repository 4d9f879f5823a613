import type { SessionState } from "@curfew/client";
import { type FakeSession, fakeSession, signedIn } from "@curfew/react/testing";
import { beforeEach, expect, test } from "vitest";
import { page as browserPage, userEvent } from "vitest/browser";
import { render } from "vitest-browser-react";
import { Harbour } from "../src/harbour.js";
import { ownerApi } from "./owner-api.js";
import "@curfew/react/styles.css";
import "../src/harbour.css";

const revoked: SessionState = {
  status: "signed_out",
  ended: { code: "session_revoked", reason: "revoked_by_owner", ended_at: "2026-11-24T12:00:00.000Z" },
  user_id: "ada",
};
const signedOut: SessionState = { status: "signed_out", ended: null, user_id: null };

beforeEach(() => {
  history.replaceState(null, "", "/");
});

const renderHarbour = (session: FakeSession = fakeSession({ api: ownerApi() })) =>
  render(<Harbour session={session} />);

test("a signed-out user signs in with Harbour's own form", async () => {
  const session = fakeSession({ state: signedOut });
  const screen = await renderHarbour(session);
  await screen.getByLabelText("E-mail").fill("ada@example.com");
  await screen.getByLabelText("Password").fill("a password");
  await screen.getByRole("button", { name: "Sign in" }).click();
  expect(session.calls).toEqual([["signIn", { email: "ada@example.com", password: "a password" }]]);
});

test("Curfew's components use Harbour's theme and ignore its rules for bare elements", async () => {
  const screen = await renderHarbour();
  await screen.getByRole("button", { name: "Security" }).click();
  const save = screen.getByRole("button", { name: "Save policy" });
  await expect.element(save).toBeVisible();
  expect(getComputedStyle(save.element()).backgroundColor).toBe("rgb(154, 59, 30)");
  expect(getComputedStyle(save.element()).borderRadius).toBe("14px");
  expect(getComputedStyle(save.element()).fontFamily).toContain("Georgia");
});

test("Curfew's styles do not change Harbour's own elements", async () => {
  const screen = await renderHarbour();
  const keep = screen.getByRole("button", { name: "Keep" }).element();
  expect(getComputedStyle(keep).borderRadius).toBe("999px");
  expect(getComputedStyle(keep).backgroundColor).toBe("rgb(217, 164, 65)");
});

test("every rule of Curfew's styles applies to its own classes only", async () => {
  const selectors = [...document.styleSheets]
    .flatMap((sheet) => [...sheet.cssRules])
    .flatMap((rule) => (rule instanceof CSSStyleRule ? [rule.selectorText] : []))
    .filter((selector) => selector.includes("curfew"));
  expect(selectors.length).toBeGreaterThan(50);
  for (const selector of selectors)
    for (const part of selector.split(/,(?![^(]*\))/))
      expect(part.trim()).toMatch(/^(:is\(|:where\()?\.curfew-|^:where\(:root\)/);
});

test("the language button switches Harbour and Curfew's components to German", async () => {
  const screen = await renderHarbour();
  await screen.getByRole("button", { name: "Deutsch" }).click();
  await expect.element(screen.getByText("Endet auf jeden Fall")).toBeVisible();
  await screen.getByRole("button", { name: "Sicherheit" }).click();
  await expect.element(screen.getByRole("radiogroup", { name: "Sitzungsrichtlinie" })).toBeVisible();
  await expect.element(screen.getByText(/^Ada hat sich angemeldet/)).toBeVisible();
  expect(document.documentElement.lang).toBe("de");
});

test("a draft survives the end of the session and signing in again", async () => {
  const session = fakeSession();
  const screen = await renderHarbour(session);
  await screen.getByLabelText("Your note").fill("Tide tables");
  session.setState(revoked);
  const dialog = screen.getByRole("dialog", { name: "Confirm it's you" });
  await expect.element(dialog).toHaveTextContent("An owner of the account ended your session.");
  await expect.element(screen.getByLabelText("Your note")).not.toBeVisible();
  await dialog.getByLabelText("Password").fill("a password");
  await userEvent.keyboard("{Enter}");
  session.setState(signedIn());
  await expect.element(screen.getByLabelText("Your note")).toHaveValue("Tide tables");
});

test("cancelling discards the draft and shows the sign-in form", async () => {
  const session = fakeSession();
  const screen = await renderHarbour(session);
  await screen.getByLabelText("Your note").fill("Tide tables");
  session.setState(revoked);
  await screen.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
  await expect.element(screen.getByLabelText("E-mail")).toBeVisible();
  expect(screen.container.textContent).not.toContain("Tide tables");
});

test("the notice links to Harbour's sign-in form", async () => {
  const screen = await renderHarbour(fakeSession({ state: signedIn({ absoluteInMs: 240_000 }) }));
  await expect.element(screen.getByRole("link", { name: "Sign in now" })).toHaveAttribute("href", "?sign-in");
});

test("a member does not see the page for owners", async () => {
  const state = signedIn();
  const screen = await renderHarbour(
    fakeSession({ state: { ...state, user: { ...state.user, role: "member" } } }),
  );
  await expect.element(screen.getByRole("button", { name: "Notes" })).toBeVisible();
  await expect.element(screen.getByRole("button", { name: "Security" })).not.toBeInTheDocument();
});

test("at 320 px the page does not scroll horizontally", async () => {
  await browserPage.viewport(320, 800);
  const screen = await renderHarbour();
  await screen.getByRole("button", { name: "Security" }).click();
  await expect.element(screen.getByText(/^Ada signed in/)).toBeVisible();
  expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(320);
});
