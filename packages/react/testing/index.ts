export { type ApiScript, type FakeSession, fakeSession } from "./fake-session.js";
export { FAKE_NOW_MS, type SignedInTimes, signedIn } from "./signed-in.js";
