import { expect, test } from "vitest";
import { render } from "vitest-browser-react";

test("a component renders in a real browser and handles events", async () => {
  const pressed: string[] = [];
  const screen = await render(
    <button type="button" onClick={(event) => pressed.push(event.currentTarget.textContent)}>
      Stay signed in
    </button>,
  );
  await screen.getByRole("button", { name: "Stay signed in" }).click();
  expect(pressed).toEqual(["Stay signed in"]);
});
