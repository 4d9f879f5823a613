import { expect, test } from "vitest";
import { ReauthenticationDesk } from "../../src/reauthentication/reauthentication-desk.js";

function attended() {
  const desk = new ReauthenticationDesk();
  const leave = desk.attend();
  const told: boolean[] = [];
  desk.subscribe(() => told.push(desk.isAsked()));
  return { desk, leave, told };
}

test("all who ask at once get the one answer", async () => {
  const { desk, told } = attended();
  const asked = [desk.ask(), desk.ask()];
  expect(desk.isAsked()).toBe(true);
  desk.settle(true);
  expect(await Promise.all(asked)).toEqual([true, true]);
  expect(told).toEqual([true, true, false]);
});

test("a later question waits for its own answer", async () => {
  const { desk } = attended();
  const first = desk.ask();
  desk.settle(true);
  const second = desk.ask();
  desk.settle(false);
  expect([await first, await second]).toEqual([true, false]);
});

test("where no dialog stands ready the answer is no at once", async () => {
  expect(await new ReauthenticationDesk().ask()).toBe(false);
});

test("who waits when the last dialog goes is told no", async () => {
  const { desk, leave } = attended();
  const leaveSecond = desk.attend();
  const asked = desk.ask();
  leaveSecond();
  expect(desk.isAsked()).toBe(true);
  leave();
  expect(await asked).toBe(false);
});

test("an answer that nobody waits for tells nobody", () => {
  const { desk, told } = attended();
  desk.settle(true);
  expect(told).toEqual([]);
});
