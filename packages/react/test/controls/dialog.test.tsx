import { StrictMode, useState } from "react";
import { expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import { render } from "vitest-browser-react";
import { Dialog } from "../../src/controls/dialog.js";
import "../../styles/styles.css";

/** A page whose dialog opens from a button; `stays` closes at no request. */
function Page({ stays = false, onAsk = () => {} }: { stays?: boolean; onAsk?: () => void }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" onClick={() => setOpen(true)}>
        Open
      </button>
      <Dialog
        open={open}
        title="End it?"
        onClose={() => {
          onAsk();
          if (!stays) setOpen(false);
        }}
      >
        <button type="button" onClick={() => setOpen(false)}>
          First
        </button>
        <button type="button" disabled>
          Never
        </button>
        <button type="button">Last</button>
      </Dialog>
    </>
  );
}

async function opened(page = <Page />) {
  const screen = await render(page);
  const opener = screen.getByRole("button", { name: "Open" });
  await opener.click();
  const dialog = screen.getByRole("dialog", { name: "End it?" });
  await expect.element(dialog).toBeVisible();
  return { screen, opener, dialog };
}

/** Presses and releases at a point of the page, as a mouse does. */
async function pressAt(from: [x: number, y: number], to = from): Promise<void> {
  const target = (point: [number, number]) => document.elementFromPoint(...point) ?? document.body;
  const at = ([clientX, clientY]: [number, number]) => ({ clientX, clientY, bubbles: true });
  target(from).dispatchEvent(new PointerEvent("pointerdown", at(from)));
  target(to).dispatchEvent(new PointerEvent("pointerup", at(to)));
}

test("the first that can be operated takes the focus, and Escape closes and gives it back", async () => {
  const { screen, opener, dialog } = await opened();
  await expect.element(screen.getByRole("button", { name: "First" })).toHaveFocus();
  await userEvent.keyboard("{Escape}");
  await expect.element(dialog).not.toBeInTheDocument();
  await expect.element(opener).toHaveFocus();
});

test("closing by what is in it gives the focus back too", async () => {
  const { screen, opener } = await opened();
  await screen.getByRole("button", { name: "First" }).click();
  await expect.element(opener).toHaveFocus();
});

test("Tab goes round inside, both ways, and past what is disabled", async () => {
  const { screen } = await opened();
  const first = screen.getByRole("button", { name: "First" });
  const last = screen.getByRole("button", { name: "Last" });
  await userEvent.keyboard("{Tab}");
  await expect.element(last).toHaveFocus();
  await userEvent.keyboard("{Tab}");
  await expect.element(first).toHaveFocus();
  await userEvent.keyboard("{Shift>}{Tab}{/Shift}");
  await expect.element(last).toHaveFocus();
});

test("a click on the backdrop closes, one inside does not", async () => {
  const { dialog } = await opened();
  const box = dialog.element().getBoundingClientRect();
  await pressAt([box.left + 4, box.top + 4]);
  await expect.element(dialog).toBeVisible();
  await pressAt([2, 2]);
  await expect.element(dialog).not.toBeInTheDocument();
});

test("a press that begins inside and ends on the backdrop does not close: somebody selects text", async () => {
  const { dialog } = await opened();
  const box = dialog.element().getBoundingClientRect();
  await pressAt([box.left + 4, box.top + 4], [2, 2]);
  await expect.element(dialog).toBeVisible();
});

test("whoever says no to closing keeps the dialog, however often Escape is pressed", async () => {
  const asked: string[] = [];
  const { dialog } = await opened(<Page stays onAsk={() => asked.push("close")} />);
  for (let press = 0; press < 3; press += 1) await userEvent.keyboard("{Escape}");
  await expect.element(dialog).toBeVisible();
  expect(dialog.element().matches(":modal")).toBe(true);
  expect(asked.length).toBeGreaterThanOrEqual(3);
});

test("under StrictMode, which mounts twice, it opens once and stays", async () => {
  const asked: string[] = [];
  const { dialog } = await opened(
    <StrictMode>
      <Page onAsk={() => asked.push("close")} />
    </StrictMode>,
  );
  await expect.element(dialog).toBeVisible();
  expect(asked).toEqual([]);
});

test("a dialog that leaves the page while it is open gives the focus back", async () => {
  function Leaving() {
    const [shown, setShown] = useState(false);
    return (
      <>
        <button type="button" onClick={() => setShown(true)}>
          Open
        </button>
        {shown && (
          <Dialog open title="End it?" onClose={() => {}}>
            <button type="button" onClick={() => setShown(false)}>
              Leave
            </button>
          </Dialog>
        )}
      </>
    );
  }
  const { screen, opener } = await opened(<Leaving />);
  await screen.getByRole("button", { name: "Leave" }).click();
  await expect.element(opener).toHaveFocus();
});
