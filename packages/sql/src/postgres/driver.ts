import type pg from "pg";
import { loadDriver } from "../load-driver.js";

let loaded: typeof pg | undefined;

/** Loads `pg` on first use. @throws `DatabaseOpenError` `cannot_open` */
export function loadPg(): typeof pg {
  loaded ??= loadDriver<typeof pg>("pg");
  return loaded;
}
