/** What a query takes in place of the parsers that its connection, or the process, has for each type. */
interface Types {
  getTypeParser(oid: number): (text: string) => unknown;
}

const toBoolean = (text: string): boolean => text === "t";

const fromJson = (text: string): unknown => JSON.parse(text);

/** The types of the server's catalogue that results have. All integers are below 2^53: times, counts and epochs. */
const PARSERS: ReadonlyMap<number, (text: string) => unknown> = new Map<number, (text: string) => unknown>([
  [16, toBoolean], // bool
  [20, Number], // int8
  [21, Number], // int2
  [23, Number], // int4
  [114, fromJson], // json
  [700, Number], // float4
  [701, Number], // float8
  [1700, Number], // numeric
  [3802, fromJson], // jsonb
]);

const asText = (text: string): string => text;

/** Reads results the same way whatever parsers a host has set for its own queries. */
export const RESULT_TYPES: Types = { getTypeParser: (oid) => PARSERS.get(oid) ?? asText };

/** A text as a literal of SQL, whatever `standard_conforming_strings` is. */
export function literal(text: string): string {
  const quoted = `'${text.replaceAll("'", "''").replaceAll("\\", "\\\\")}'`;
  return text.includes("\\") ? ` E${quoted}` : quoted;
}
