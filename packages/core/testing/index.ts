export { describeStore } from "./conformance/describe-store.js";
export type { StoreUnderTest, TestApi } from "./conformance/suite.js";
export {
  eventOf,
  newId,
  type OpenStore,
  type SignInInput,
  StoreTestContext,
} from "./conformance/test-context.js";
export { FakeClock } from "./fake-clock.js";
