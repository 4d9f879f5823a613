import type { Curfew, CurfewOptions } from "./curfew.js";

export function createCurfew<Extra = never>(_options: CurfewOptions<Extra>): Curfew<Extra> {
  throw new Error("being written");
}
