import type { Ports } from "../session/ports.js";

/** A browser that refuses storage throws at the first touch, and a full one while writing. */
const attempt = <T>(act: () => T): T | null => {
  try {
    return act();
  } catch {
    return null;
  }
};

/** Local storage, where failing is as good as empty. */
export const tabStorage: Ports["storage"] = {
  get: (key) => attempt(() => localStorage.getItem(key)),
  set: (key, value) => void attempt(() => localStorage.setItem(key, value)),
  remove: (key) => void attempt(() => localStorage.removeItem(key)),
};
