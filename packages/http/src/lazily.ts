/**
 * Builds a value at the first call and keeps it. Concurrent calls share one build. A build that failed is not kept: the next
 * call builds again.
 *
 * @param build receives the arguments of the call that starts it
 * @example const readList = lazily(async () => parse(await readFile("list.txt", "utf8")));
 */
export function lazily<Arguments extends readonly unknown[], Value>(
  build: (...values: Arguments) => Promise<Value>,
): (...values: Arguments) => Promise<Value> {
  let built: Promise<Value> | undefined;
  return (...values) => {
    built ??= build(...values).catch((error: unknown) => {
      built = undefined;
      throw error;
    });
    return built;
  };
}
