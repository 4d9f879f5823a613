import pg from "pg";

const toNumber = (text: string): number => Number(text);

/** Times, counts and epochs are whole numbers below 2^53; `pg` would hand them on as text. */
const NUMBERS: ReadonlyMap<number, (text: string) => number> = new Map([
  [pg.types.builtins.INT8, toNumber],
  [pg.types.builtins.NUMERIC, toNumber],
]);

/** How values of the server become values here. */
export const parseValues: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: "text" | "binary") =>
    NUMBERS.get(oid) ?? pg.types.getTypeParser(oid, format)) as pg.CustomTypesConfig["getTypeParser"],
};
