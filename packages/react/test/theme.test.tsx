import { expect, test } from "vitest";
import { render } from "vitest-browser-react";
import "../styles/styles.css";

test.each([
  [undefined, "rgb(26, 34, 51)"],
  ["light", "rgb(26, 34, 51)"],
  ["dark", "rgb(230, 233, 240)"],
])("a part takes the colour scheme of the page around it: %s", async (colorScheme, colour) => {
  const { container } = await render(
    <div style={{ colorScheme }}>
      <p className="curfew-root">words</p>
    </div>,
  );
  const part = container.querySelector(".curfew-root");
  if (part === null) throw new Error("expected a part");
  expect(getComputedStyle(part).color).toBe(colour);
});
