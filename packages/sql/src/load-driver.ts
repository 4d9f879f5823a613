import { createRequire } from "node:module";
import { DatabaseOpenError } from "./database.js";

const require = createRequire(import.meta.url);

/** The range that `peerDependencies` has. */
const RANGES = { "better-sqlite3": "12", pg: "8" } as const;

type DriverName = keyof typeof RANGES;

/**
 * Loads a database driver, which is an optional peer dependency: a host installs only the one that it uses.
 *
 * @throws `DatabaseOpenError` `cannot_open` if it is not installed or can't be loaded
 */
export function loadDriver<Driver>(name: DriverName): Driver {
  try {
    // Literal names, so that a bundler finds them: Next.js leaves both to Node.
    return (name === "pg" ? require("pg") : require("better-sqlite3")) as Driver;
  } catch (error) {
    throw isMissing(error, name)
      ? new DatabaseOpenError("cannot_open", `install ${name}: npm install ${name}@${RANGES[name]}`, {
          cause: error,
        })
      : driverFailed(name, error);
  }
}

/** Says in one line why a driver that is installed can't be loaded. */
export function driverFailed(name: DriverName, cause: unknown): DatabaseOpenError {
  const message = cause instanceof Error ? cause.message : String(cause);
  // After "Tried:" comes a list of all places where the binary is not.
  const [reason = ""] = message.split(" Tried:");
  return new DatabaseOpenError(
    "cannot_open",
    `${name} can't be loaded: ${reason.replace(/\s+/g, " ").trim()}`,
    {
      cause,
    },
  );
}

/** Whether the driver itself was not found, and not something that it requires. */
const isMissing = (error: unknown, name: DriverName): boolean =>
  error instanceof Error &&
  "code" in error &&
  error.code === "MODULE_NOT_FOUND" &&
  error.message.startsWith(`Cannot find module '${name}'`);
