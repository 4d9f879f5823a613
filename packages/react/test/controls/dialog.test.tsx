import { StrictMode, useState } from "react";
import { expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import { render } from "vitest-browser-react";
import { Dialog } from "../../src/controls/dialog.js";
import "../../styles/styles.css";

/** A page with a button that opens a dialog. With `keepOpen` the dialog ignores requests to close. */
function Page({ keepOpen = false, onClose = () => {} }: { keepOpen?: boolean; onClose?: () => void }) {
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
          onClose();
          if (!keepOpen) setOpen(false);
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

async function openDialog(page = <Page />) {
  const screen = await render(page);
  const opener = screen.getByRole("button", { name: "Open" });
  await opener.click();
  const dialog = screen.getByRole("dialog", { name: "End it?" });
  await expect.element(dialog).toBeVisible();
  return { screen, opener, dialog };
}

/** Presses the pointer at one point of the page and releases it at another. */
async function pressAt(from: [x: number, y: number], to = from): Promise<void> {
  const target = (point: [number, number]) => document.elementFromPoint(...point) ?? document.body;
  const at = ([clientX, clientY]: [number, number]) => ({ clientX, clientY, bubbles: true });
  target(from).dispatchEvent(new PointerEvent("pointerdown", at(from)));
  target(to).dispatchEvent(new PointerEvent("pointerup", at(to)));
}

test("opening focuses the first enabled element; Escape closes and returns the focus", async () => {
  const { screen, opener, dialog } = await openDialog();
  await expect.element(screen.getByRole("button", { name: "First" })).toHaveFocus();
  await userEvent.keyboard("{Escape}");
  await expect.element(dialog).not.toBeInTheDocument();
  await expect.element(opener).toHaveFocus();
});

test("closing with a button inside returns the focus", async () => {
  const { screen, opener } = await openDialog();
  await screen.getByRole("button", { name: "First" }).click();
  await expect.element(opener).toHaveFocus();
});

test("Tab cycles inside in both directions and skips disabled elements", async () => {
  const { screen } = await openDialog();
  const first = screen.getByRole("button", { name: "First" });
  const last = screen.getByRole("button", { name: "Last" });
  await userEvent.keyboard("{Tab}");
  await expect.element(last).toHaveFocus();
  await userEvent.keyboard("{Tab}");
  await expect.element(first).toHaveFocus();
  await userEvent.keyboard("{Shift>}{Tab}{/Shift}");
  await expect.element(last).toHaveFocus();
});

test("a click on the backdrop closes, a click inside does not", async () => {
  const { dialog } = await openDialog();
  const box = dialog.element().getBoundingClientRect();
  await pressAt([box.left + 4, box.top + 4]);
  await expect.element(dialog).toBeVisible();
  await pressAt([2, 2]);
  await expect.element(dialog).not.toBeInTheDocument();
});

test("a press that begins inside and ends on the backdrop (selecting text) does not close", async () => {
  const { dialog } = await openDialog();
  const box = dialog.element().getBoundingClientRect();
  await pressAt([box.left + 4, box.top + 4], [2, 2]);
  await expect.element(dialog).toBeVisible();
});

test("a dialog that ignores requests to close stays open after repeated Escape", async () => {
  const requests: string[] = [];
  const { dialog } = await openDialog(<Page keepOpen onClose={() => requests.push("close")} />);
  for (let press = 0; press < 3; press += 1) await userEvent.keyboard("{Escape}");
  await expect.element(dialog).toBeVisible();
  expect(dialog.element().matches(":modal")).toBe(true);
  expect(requests.length).toBeGreaterThanOrEqual(3);
});

test("StrictMode, which mounts twice, opens it once and does not close it", async () => {
  const requests: string[] = [];
  const { dialog } = await openDialog(
    <StrictMode>
      <Page onClose={() => requests.push("close")} />
    </StrictMode>,
  );
  await expect.element(dialog).toBeVisible();
  expect(requests).toEqual([]);
});

test("unmounting an open dialog returns the focus", async () => {
  function UnmountingPage() {
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
  const { screen, opener } = await openDialog(<UnmountingPage />);
  await screen.getByRole("button", { name: "Leave" }).click();
  await expect.element(opener).toHaveFocus();
});
