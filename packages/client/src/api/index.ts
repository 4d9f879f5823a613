export { createApi } from "./create-api.js";
export { createFetchSend, type FetchSendOptions } from "./create-fetch-send.js";
export type { AnswerOf, Api, Operations, OptionsOf } from "./operations.js";
export { CurfewProblem } from "./problem.js";
export type { Call, Send } from "./send.js";
