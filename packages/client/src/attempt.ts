/** What `act` gives; null where it throws, as browsers do where they refuse something altogether. */
export const attempt = <T>(act: () => T): T | null => {
  try {
    return act();
  } catch {
    return null;
  }
};
