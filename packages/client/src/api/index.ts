export type { Api } from "./api.js";
export { createApi } from "./create-api.js";
export { createFetchSend, type FetchSendOptions } from "./create-fetch-send.js";
export { CurfewProblem } from "./problem.js";
export type { Call, Send } from "./send.js";
