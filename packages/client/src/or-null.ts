/** The result of `use`, or null if it throws. */
export const orNull = <T>(use: () => T): T | null => {
  try {
    return use();
  } catch {
    return null;
  }
};
