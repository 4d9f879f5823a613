export { describeStore } from "./conformance/describe-store.js";
export type { OpenStore, StoreUnderTest, TestApi } from "./conformance/suite.js";
export { eventOf, newId, type SignInInput, StoreTestContext } from "./conformance/test-context.js";
export { FakeClock } from "./fake-clock.js";
