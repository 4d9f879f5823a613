import { expect, test } from "vitest";
import { ReauthenticationRequests } from "../../src/reauthentication/reauthentication-requests.js";

function withDialog() {
  const requests = new ReauthenticationRequests();
  const removeDialog = requests.addDialog();
  const seen: (string | null)[] = [];
  requests.subscribe(() => seen.push(requests.pending()));
  return { requests, removeDialog, seen };
}

test("concurrent requests get the same answer", async () => {
  const { requests, seen } = withDialog();
  const answers = [requests.request(), requests.request()];
  expect(requests.pending()).toBe("confirm");
  requests.settle(true);
  expect(await Promise.all(answers)).toEqual([true, true]);
  expect(seen).toEqual(["confirm", "confirm", null]);
});

test("a later request waits for its own answer", async () => {
  const { requests } = withDialog();
  const first = requests.request();
  requests.settle(true);
  const second = requests.request();
  requests.settle(false);
  expect([await first, await second]).toEqual([true, false]);
});

test("without a dialog the answer is no, at once", () => {
  expect(new ReauthenticationRequests().request()).toBe(false);
});

test("a request to begin a new session is told from a call that needs a recent sign-in", () => {
  const { requests } = withDialog();
  void requests.request("renew");
  expect(requests.pending()).toBe("renew");
  requests.settle(false);
  expect(requests.pending()).toBe(null);
});

test("a request is answered no when the last dialog unmounts", async () => {
  const { requests, removeDialog } = withDialog();
  const removeSecondDialog = requests.addDialog();
  const answer = requests.request();
  removeSecondDialog();
  expect(requests.pending()).toBe("confirm");
  removeDialog();
  expect(await answer).toBe(false);
});

test("settling without a pending request notifies no listener", () => {
  const { requests, seen } = withDialog();
  requests.settle(true);
  expect(seen).toEqual([]);
});
