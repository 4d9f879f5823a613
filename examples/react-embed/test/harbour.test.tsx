import type { SessionState } from "@curfew/client";
import { type FakeSession, fakeSession, signedIn } from "@curfew/react/testing";
import { beforeEach, expect, test } from "vitest";
import { page as browserPage, userEvent } from "vitest/browser";
import { render } from "vitest-browser-react";
import { Harbour } from "../src/harbour.js";
import { ownersApi } from "./owners-api.js";
import "@curfew/react/styles.css";
import "../src/harbour.css";

const ended: SessionState = {
  status: "signed_out",
  ended: { code: "session_revoked", reason: "revoked_by_owner", ended_at: "2026-11-24T12:00:00.000Z" },
  user_id: "ada",
};
const out: SessionState = { status: "signed_out", ended: null, user_id: null };

beforeEach(() => {
  history.replaceState(null, "", "/");
});

const harbour = (session: FakeSession = fakeSession({ api: ownersApi() })) =>
  render(<Harbour session={session} />);

const style = (element: Element) => getComputedStyle(element);

test("whoever is not signed in signs in by Harbour's own form", async () => {
  const session = fakeSession({ state: out });
  const screen = await harbour(session);
  await screen.getByLabelText("E-mail").fill("ada@example.com");
  await screen.getByLabelText("Password").fill("a password");
  await screen.getByRole("button", { name: "Sign in" }).click();
  expect(session.calls).toEqual([["signIn", { email: "ada@example.com", password: "a password" }]]);
});

test("Curfew's parts take Harbour's theme, and keep their shape among its rules for bare elements", async () => {
  const screen = await harbour();
  await screen.getByRole("button", { name: "Security" }).click();
  const save = screen.getByRole("button", { name: "Save policy" });
  await expect.element(save).toBeVisible();
  expect(style(save.element()).backgroundColor).toBe("rgb(154, 59, 30)");
  expect(style(save.element()).borderRadius).toBe("14px");
  expect(style(save.element()).fontFamily).toContain("Georgia");
});

test("and Harbour's own elements are as they would be without them", async () => {
  const screen = await harbour();
  const keep = screen.getByRole("button", { name: "Keep" }).element();
  expect(style(keep).borderRadius).toBe("999px");
  expect(style(keep).backgroundColor).toBe("rgb(217, 164, 65)");
});

test("no rule of Curfew's styles is for anything but its own classes", async () => {
  const selectors = [...document.styleSheets]
    .flatMap((sheet) => [...sheet.cssRules])
    .flatMap((rule) => (rule instanceof CSSStyleRule ? [rule.selectorText] : []))
    .filter((selector) => selector.includes("curfew"));
  expect(selectors.length).toBeGreaterThan(50);
  for (const selector of selectors)
    for (const one of selector.split(/,(?![^(]*\))/))
      expect(one.trim()).toMatch(/^(:is\(|:where\()?\.curfew-|^:where\(:root\)/);
});

test("everything speaks German once it is told to", async () => {
  const screen = await harbour();
  await screen.getByRole("button", { name: "Deutsch" }).click();
  await expect.element(screen.getByText("Endet auf jeden Fall")).toBeVisible();
  await screen.getByRole("button", { name: "Sicherheit" }).click();
  await expect.element(screen.getByRole("radiogroup", { name: "Sitzungsrichtlinie" })).toBeVisible();
  await expect.element(screen.getByText(/^Ada hat sich angemeldet/)).toBeVisible();
  expect(document.documentElement.lang).toBe("de");
});

test("a note that is being written outlives the end of the session", async () => {
  const session = fakeSession();
  const screen = await harbour(session);
  await screen.getByLabelText("Your note").fill("Tide tables");
  session.become(ended);
  const dialog = screen.getByRole("dialog", { name: "Confirm it's you" });
  await expect.element(dialog).toHaveTextContent("An owner of the account ended your session.");
  await expect.element(screen.getByLabelText("Your note")).not.toBeVisible();
  await dialog.getByLabelText("Password").fill("a password");
  await userEvent.keyboard("{Enter}");
  session.become(signedIn());
  await expect.element(screen.getByLabelText("Your note")).toHaveValue("Tide tables");
});

test("cancelling gives the note up and shows the form to sign in", async () => {
  const session = fakeSession();
  const screen = await harbour(session);
  await screen.getByLabelText("Your note").fill("Tide tables");
  session.become(ended);
  await screen.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
  await expect.element(screen.getByLabelText("E-mail")).toBeVisible();
  expect(screen.container.textContent).not.toContain("Tide tables");
});

test("the notice leads to Harbour's own sign-in", async () => {
  const screen = await harbour(fakeSession({ state: signedIn({ absoluteInMs: 240_000 }) }));
  await expect.element(screen.getByRole("link", { name: "Sign in now" })).toHaveAttribute("href", "?sign-in");
});

test("a member is not offered what only owners may do", async () => {
  const state = signedIn();
  const screen = await harbour(fakeSession({ state: { ...state, user: { ...state.user, role: "member" } } }));
  await expect.element(screen.getByRole("button", { name: "Notes" })).toBeVisible();
  await expect.element(screen.getByRole("button", { name: "Security" })).not.toBeInTheDocument();
});

test("at 320 pixels nothing makes the page scroll sideways", async () => {
  await browserPage.viewport(320, 800);
  const screen = await harbour();
  await screen.getByRole("button", { name: "Security" }).click();
  await expect.element(screen.getByText(/^Ada signed in/)).toBeVisible();
  expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(320);
});
