import { attempt } from "../attempt.js";
import type { Ports } from "../session/ports.js";

/** Local storage. A browser that refuses it throws at the first touch, and a full one while writing: as good as empty. */
export const tabStorage: Ports["storage"] = {
  get: (key) => attempt(() => localStorage.getItem(key)),
  set: (key, value) => void attempt(() => localStorage.setItem(key, value)),
  remove: (key) => void attempt(() => localStorage.removeItem(key)),
};
