export { type Auth, createApi, createFetchSend, type FetchSendOptions, type Send } from "./create-api.js";
export type { AnswerOf, Api, Operations, OptionsOf } from "./operations.js";
export { CurfewProblem, isCurfewProblem } from "./problem.js";
