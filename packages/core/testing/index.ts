export { describeStore } from "./conformance/index.js";
export type { OpenStore, StoreUnderTest, TestApi } from "./conformance/suite.js";
export { eventOf, newId, type Person, type SignIn, World } from "./conformance/world.js";
export { FakeClock } from "./fake-clock.js";
