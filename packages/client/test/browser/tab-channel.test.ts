import { afterEach, expect, test, vi } from "vitest";
import { tabChannel } from "../../src/browser/tab-channel.js";

const opened: BroadcastChannel[] = [];
const Real = BroadcastChannel;

/** A channel that this process does not wait for. */
class TestChannel extends Real {
  constructor(name: string) {
    super(name);
    opened.push(this);
  }
}

afterEach(() => {
  vi.unstubAllGlobals();
  for (const channel of opened.splice(0)) channel.close();
});

function openTab() {
  vi.stubGlobal("BroadcastChannel", TestChannel);
  const channel = tabChannel();
  if (!channel) throw new Error("there is no channel");
  const heard: unknown[] = [];
  const stop = channel.listen((message) => heard.push(message));
  return { channel, heard, stop };
}

test("what one tab says the others hear, and it does not", async () => {
  const [one, two, three] = [openTab(), openTab(), openTab()];
  one.channel.post({ kind: "active", at: 5 });
  await vi.waitFor(() => expect([...two.heard, ...three.heard]).toHaveLength(2));
  expect(two.heard).toEqual([{ kind: "active", at: 5 }]);
  expect(one.heard).toEqual([]);
});

test("whoever stops listening hears no more, and may still speak", async () => {
  const [one, two, three] = [openTab(), openTab(), openTab()];
  two.stop();
  one.channel.post("first");
  await vi.waitFor(() => expect(three.heard).toEqual(["first"]));
  expect(two.heard).toEqual([]);
  two.channel.post("second");
  await vi.waitFor(() => expect(one.heard).toEqual(["second"]));
});

test.each([
  ["has none", undefined],
  [
    "allows none here",
    class {
      constructor() {
        throw new DOMException("The operation is insecure.", "SecurityError");
      }
    },
  ],
])("there is no channel where the browser %s", (_what, channel) => {
  vi.stubGlobal("BroadcastChannel", channel);
  expect(tabChannel()).toBeNull();
});
