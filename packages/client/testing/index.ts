export { createFakeBrowser, type FakeBrowser } from "./fake-browser.js";
export type { FakeLocks } from "./fake-locks.js";
export type { FakeNetwork } from "./fake-network.js";
export {
  createFakeServer,
  type FakeAnswer,
  type FakeRequest,
  type FakeServer,
  type FrameSink,
} from "./fake-server.js";
export type { StoredSession } from "./fake-sessions.js";
export type { FakeTab } from "./fake-tab.js";
export { createVirtualTime, type VirtualTime } from "./virtual-time.js";
