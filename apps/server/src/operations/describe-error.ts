/** An error as the log shows it. */
export interface DescribedError {
  readonly name: string;
  readonly code?: string;
  readonly frames: readonly string[];
  readonly cause?: DescribedError;
}

const MOST_FRAMES = 20;
const MOST_CAUSES = 4;

/**
 * What is safe to log of an error: its name, code and where it was thrown, and the same of its causes.
 *
 * The message is left out: a JSON parser quotes the body in it, and a header that can't be sent its value.
 */
export function describeError(error: unknown, depth = 0): DescribedError {
  if (!(error instanceof Error)) return { name: typeof error, frames: [] };
  const code = "code" in error && typeof error.code === "string" ? { code: error.code } : {};
  const cause =
    error.cause !== undefined && depth < MOST_CAUSES ? { cause: describeError(error.cause, depth + 1) } : {};
  return { name: error.name, ...code, frames: framesOf(error.stack ?? ""), ...cause };
}

/** A message may have lines that look like frames, so what is no place in a file is dropped. */
const framesOf = (stack: string): string[] =>
  stack
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => /^at (?:[\w.<>[\] #$*]+ \()?(?:file:\/\/|node:|\/)[^\s"'{}]*:\d+:\d+\)?$/.test(line))
    .slice(0, MOST_FRAMES);
