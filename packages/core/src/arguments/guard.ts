import { unauthenticated } from "../errors.js";
import { type MethodDescription, refuseFaults, token } from "./describe.js";

type Method = (...args: readonly unknown[]) => unknown;
type Description = MethodDescription<"throws" | "rejects">;
type DescriptionTree = { readonly [name: string]: Description | DescriptionTree };

/**
 * Returns a copy of an object, with its groups of methods, whose every method first checks its arguments. A method that returns a
 * promise rejects, others throw. Neither does anything of its work then.
 *
 * @param target the object
 * @param descriptions the parameters of each of its methods
 * @throws Error if a method has no description
 */
export function guardArguments<T extends object>(target: T, descriptions: object): T {
  const guarded = Object.entries(target).map(([name, member]) => {
    const description = (descriptions as DescriptionTree)[name];
    if (typeof member === "function") return [name, guardMethod(name, member as Method, description)];
    return [name, hasMethods(member) ? guardArguments(member, description ?? {}) : member];
  });
  return Object.fromEntries(guarded) as T;
}

const hasMethods = (member: unknown): member is object =>
  typeof member === "object" &&
  member !== null &&
  Object.values(member).some((one) => typeof one === "function");

function guardMethod(
  name: string,
  method: Method,
  description: Description | DescriptionTree | undefined,
): Method {
  if (!isMethodDescription(description)) throw new Error(`The arguments of ${name} are not described.`);
  const { parameters, fails } = description;
  if (parameters.length === 0) return method;
  if (fails === "throws")
    return (...args) => {
      refuseFaults(parameters, args);
      return method(...args);
    };
  // The hot path: a call of `verify` takes a microsecond or two.
  if (parameters.length === 1 && parameters[0] === token)
    return (value) => (typeof value === "string" ? method(value) : Promise.reject(unauthenticated()));
  return (...args) => {
    try {
      refuseFaults(parameters, args);
    } catch (error) {
      return Promise.reject(error);
    }
    return method(...args);
  };
}

const isMethodDescription = (
  description: Description | DescriptionTree | undefined,
): description is Description => Array.isArray(description?.["parameters"]);
