import { expect, test } from "vitest";
import { ReauthenticationRequests } from "../../src/reauthentication/reauthentication-requests.js";

function withDialog() {
  const requests = new ReauthenticationRequests();
  const removeDialog = requests.addDialog();
  const seen: boolean[] = [];
  requests.subscribe(() => seen.push(requests.isPending()));
  return { requests, removeDialog, seen };
}

test("concurrent requests get the same answer", async () => {
  const { requests, seen } = withDialog();
  const answers = [requests.request(), requests.request()];
  expect(requests.isPending()).toBe(true);
  requests.settle(true);
  expect(await Promise.all(answers)).toEqual([true, true]);
  expect(seen).toEqual([true, true, false]);
});

test("a later request waits for its own answer", async () => {
  const { requests } = withDialog();
  const first = requests.request();
  requests.settle(true);
  const second = requests.request();
  requests.settle(false);
  expect([await first, await second]).toEqual([true, false]);
});

test("without a dialog the answer is no, at once", async () => {
  expect(await new ReauthenticationRequests().request()).toBe(false);
});

test("a request is answered no when the last dialog unmounts", async () => {
  const { requests, removeDialog } = withDialog();
  const removeSecondDialog = requests.addDialog();
  const answer = requests.request();
  removeSecondDialog();
  expect(requests.isPending()).toBe(true);
  removeDialog();
  expect(await answer).toBe(false);
});

test("settling without a pending request notifies no listener", () => {
  const { requests, seen } = withDialog();
  requests.settle(true);
  expect(seen).toEqual([]);
});
