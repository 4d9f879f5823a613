import { CurfewError, type FieldFault, unauthenticated } from "../errors.js";
import { at, type Check } from "./checks.js";

/** The check of one parameter. Returns faults with their final fields. */
type Parameter = (value: unknown) => readonly FieldFault[] | null;

/** A parameter whose faults stand under its name: `accountId`, `rows.3.startedAt`. */
export const named =
  (name: string, check: Check): Parameter =>
  (value) => {
    const faults = check(value);
    return faults && at(name, faults);
  };

/** An object whose fields go without its name: `user.role`. Its name is the field if it is no object at all. */
export const fieldsOf =
  (name: string, check: Check): Parameter =>
  (value) => {
    const faults = check(value);
    return faults?.map((fault) => (fault.field === "" ? { ...fault, field: name } : fault)) ?? null;
  };

/** An access or refresh token. Texts that are none are the method's to judge. */
export const token: Parameter = (value) => {
  if (typeof value !== "string") throw unauthenticated();
  return null;
};

/** A description of a method: how it fails, and its parameters. */
export interface MethodDescription<Fails extends "throws" | "rejects"> {
  readonly fails: Fails;
  readonly parameters: readonly Parameter[];
}

/** A method that returns a promise. */
export const rejects = (...parameters: readonly Parameter[]): MethodDescription<"rejects"> => ({
  fails: "rejects",
  parameters,
});

/** A method that returns at once. */
export const throws = (...parameters: readonly Parameter[]): MethodDescription<"throws"> => ({
  fails: "throws",
  parameters,
});

/** A description for each method of `T`. */
export type Descriptions<T> = {
  readonly [Name in keyof T]: T[Name] extends (...args: never) => infer Result
    ? MethodDescription<Result extends Promise<unknown> ? "rejects" : "throws">
    : Descriptions<T[Name]>;
};

/** @throws CurfewError `validation_failed` with every fault, or `unauthenticated` for a token that is no string */
export function refuseFaults(parameters: readonly Parameter[], values: readonly unknown[]): void {
  let faults: readonly FieldFault[] | null = null;
  for (let index = 0; index < parameters.length; index++) {
    const found = parameters[index]?.(values[index]) ?? null;
    if (found !== null) faults = faults === null ? found : [...faults, ...found];
  }
  if (faults !== null) throw new CurfewError("validation_failed", { faults });
}
