export { curfew } from "./curfew.js";
export type { CurfewPluginOptions, HostSession } from "./options.js";
