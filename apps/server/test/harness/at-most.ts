/**
 * Makes calls, at most `limit` of them at once, and returns their results in order. A service on a slow machine answers some of
 * hundreds of calls at once with `unavailable`, as it should.
 */
export async function atMost<T>(
  limit: number,
  count: number,
  call: (index: number) => Promise<T>,
): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < count) {
      const index = next;
      next += 1;
      results[index] = await call(index);
    }
  };
  await Promise.all(Array.from({ length: limit }, work));
  return results;
}
