import { createHash } from "node:crypto";

/** More texts than any program of fixed statements has; one made anew for each call can't fill the server's memory. */
const MOST_NAMES = 1000;

/** Names statements by their text, so that a server prepares each once for a connection. */
export class StatementNames {
  readonly #names = new Map<string, string>();

  /** The statement's name; none where there are too many to be worth it. */
  of(text: string): string | undefined {
    const known = this.#names.get(text);
    if (known !== undefined || this.#names.size >= MOST_NAMES) return known;
    const name = createHash("sha256").update(text).digest("base64url").slice(0, 22);
    this.#names.set(text, name);
    return name;
  }
}
