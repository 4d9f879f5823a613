import type { Sample } from "./samples.js";

/** A call whose arguments are those of a sample but for one. */
export interface Call {
  /** The field, and what stands there. */
  readonly title: string;
  readonly field: string;
  readonly args: readonly unknown[];
  /** The code of the fault; absent: any. */
  readonly code?: string;
}

interface Place {
  readonly field: string;
  readonly value: unknown;
  /** The sample's arguments with another value here. */
  with(value: unknown): readonly unknown[];
}

const nothing = (): undefined => undefined;

const WRONG_TYPES = {
  string: [5, Number.NaN, true, null, {}, [], new Date(0), 5n, Symbol("text"), nothing],
  number: ["5", Number.NaN, Number.POSITIVE_INFINITY, 1.5, 2 ** 53, true, null, {}, [], new Date(0), 5n],
  boolean: ["true", 0, 1, null, {}, []],
  function: ["listener", 5, true, null, {}, []],
  array: ["rows", 5, true, null, {}, new Date(0), nothing],
  object: ["text", "", 5, true, null, [], new Date(0), new Map(), Promise.resolve({}), /x/, nothing],
};

const IS_ID = /(?:^|\.)id$|(?<!hostSession)Id$/;
const IS_CHOICE = /(?:^|\.)(?:role|reason|endsOthers|type|apply|fault)$/;

const kindOf = (value: unknown): keyof typeof WRONG_TYPES =>
  Array.isArray(value) ? "array" : (typeof value as keyof typeof WRONG_TYPES);

/** Every argument and every field in it, in turn, with each value of a wrong type, and left out. */
export function wrongCallsOf(sample: Sample): readonly Call[] {
  const optional = new Set(sample.optional);
  const nullable = new Set(sample.nullable);
  return placesIn(sample).flatMap(({ field, value, with: replaced }) => {
    const calls: Call[] = WRONG_TYPES[kindOf(value)]
      .filter((wrong) => wrong !== null || !nullable.has(field))
      .map((wrong) => ({ title: `${field}: ${shown(wrong)}`, field, args: replaced(wrong) }));
    if (!optional.has(field))
      calls.push({ title: `no ${field}`, field, args: replaced(undefined), code: "required" });
    for (const [wrong, code] of wrongTextsOf(field, value))
      calls.push({ title: `${field}: ${shown(wrong)}`, field, args: replaced(wrong), code });
    return calls;
  });
}

/** Each field that may be absent left out in turn, and each that may be null. */
export function allowedCallsOf(sample: Sample): readonly Call[] {
  const optional = new Set(sample.optional);
  const nullable = new Set(sample.nullable);
  return placesIn(sample).flatMap(({ field, with: replaced }) => [
    ...(optional.has(field) ? [{ title: `no ${field}`, field, args: replaced(undefined) }] : []),
    ...(nullable.has(field) ? [{ title: `${field}: null`, field, args: replaced(null) }] : []),
  ]);
}

function wrongTextsOf(field: string, value: unknown): readonly (readonly [string, string])[] {
  if (typeof value !== "string" || /token$/i.test(field)) return [];
  if (IS_CHOICE.test(field)) return [["admin", "invalid_value"]];
  const nul = ["a\0b", "invalid_value"] as const;
  if (field.endsWith("hostSessionId"))
    return [nul, ["", "required"], ["a".repeat(1025), "out_of_range"], ["\ud800", "invalid_value"]];
  if (!IS_ID.test(field)) return [nul];
  const dots = [".", ".."].map((text) => [text, "invalid_value"] as const);
  return [nul, ...dots, ["", "required"], ["a".repeat(256), "out_of_range"], ["\ud800", "invalid_value"]];
}

/** The arguments and all that is in them. */
function placesIn({ names, values }: Sample): readonly Place[] {
  return values.flatMap((value, index) => {
    const [, bare] = /^\((.*)\)$/.exec(names[index] ?? "") ?? [];
    const withArgument = (replacement: unknown) => values.with(index, replacement);
    return placesOf(bare ?? names[index] ?? "", value, bare !== undefined, withArgument);
  });
}

function placesOf(field: string, value: unknown, isBare: boolean, replaced: Place["with"]): readonly Place[] {
  const places: Place[] = [{ field, value, with: replaced }];
  if (typeof value !== "object" || value === null) return places;
  for (const [name, member] of Object.entries(value))
    places.push(
      ...placesOf(isBare ? name : `${field}.${name}`, member, false, (replacement) =>
        replaced(
          Array.isArray(value) ? value.with(Number(name), replacement) : { ...value, [name]: replacement },
        ),
      ),
    );
  return places;
}

function shown(value: unknown): string {
  if (typeof value === "string")
    return JSON.stringify(value.length > 20 ? `${value.length} characters` : value);
  if (typeof value !== "object" || value === null) return String(value);
  return `${value.constructor.name} ${Array.isArray(value) ? "[]" : ""}`.trim();
}
