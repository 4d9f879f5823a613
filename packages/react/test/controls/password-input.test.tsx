import { expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import { PasswordInput } from "../../src/index.js";
import { renderWithSession } from "../support/render-with-session.js";
import "../../styles/styles.css";

const renderField = async () => {
  const { screen } = await renderWithSession(
    <div className="curfew-field">
      <label htmlFor="password">Password</label>
      <PasswordInput id="password" autoComplete="current-password" />
    </div>,
  );
  return { screen, field: screen.getByLabelText("Password") };
};

test("a password is hidden until its button is pressed, and again", async () => {
  const { screen, field } = await renderField();
  await field.fill("secret");
  await expect.element(field).toHaveAttribute("type", "password");
  await screen.getByRole("button", { name: "Show password" }).click();
  await expect.element(field).toHaveAttribute("type", "text");
  await expect.element(field).toHaveValue("secret");
  await screen.getByRole("button", { name: "Hide password" }).click();
  await expect.element(field).toHaveAttribute("type", "password");
  await expect.element(field).toHaveAttribute("autocomplete", "current-password");
});

test("the button leaves room for a long label in a narrow field", async () => {
  const { screen } = await renderWithSession(
    <div className="curfew-root curfew-field" style={{ width: 254 }}>
      <label className="curfew-label" htmlFor="password">
        A password with a long name
      </label>
      <PasswordInput id="password" />
    </div>,
  );
  const edges = (element: Element) => element.getBoundingClientRect();
  const label = edges(screen.getByText("A password with a long name").element());
  const button = edges(screen.getByRole("button", { name: "Show password" }).element());
  const field = edges(screen.getByLabelText("A password with a long name").element());
  expect(label.right).toBeLessThanOrEqual(button.left);
  expect(field.width).toBeCloseTo(254);
  expect(field.top).toBeGreaterThanOrEqual(Math.max(label.bottom, button.bottom));
});

test("the button is after the field in the order of the focus", async () => {
  const { screen, field } = await renderField();
  await field.click();
  await userEvent.keyboard("{Tab}");
  await expect.element(screen.getByRole("button", { name: "Show password" })).toHaveFocus();
});

test("Caps Lock is told while it is on, and no more once the field is left", async () => {
  const { screen, field } = await renderField();
  const press = (isOn: boolean) =>
    field
      .element()
      .dispatchEvent(new KeyboardEvent("keydown", { key: "a", bubbles: true, modifierCapsLock: isOn }));
  const hint = screen.getByText("Caps Lock is on.");
  await field.click();
  press(true);
  await expect.element(hint).toBeVisible();
  press(false);
  await expect.element(hint).not.toBeInTheDocument();
  press(true);
  await expect.element(hint).toBeVisible();
  await userEvent.keyboard("{Tab}");
  await expect.element(hint).not.toBeInTheDocument();
});
