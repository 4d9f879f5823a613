/** A `Set-Cookie` line, taken apart. */
export interface SetCookie {
  readonly name: string;
  readonly value: string;
  /** Attribute names in lower case; true for one without a value. */
  readonly attributes: Readonly<Record<string, string | true>>;
}

export function parseSetCookie(line: string): SetCookie {
  const [pair = "", ...rest] = line.split(";").map((part) => part.trim());
  const attributes = rest.map((part): [string, string | true] => {
    const at = part.indexOf("=");
    return at < 0 ? [part.toLowerCase(), true] : [part.slice(0, at).toLowerCase(), part.slice(at + 1)];
  });
  const at = pair.indexOf("=");
  return { name: pair.slice(0, at), value: pair.slice(at + 1), attributes: Object.fromEntries(attributes) };
}

/** What a browser does with cookies, as far as one host goes. */
export class CookieJar {
  readonly #cookies = new Map<string, string>();

  take(lines: readonly string[]): void {
    for (const { name, value, attributes } of lines.map(parseSetCookie)) {
      const gone = attributes["max-age"] !== undefined && Number(attributes["max-age"]) <= 0;
      if (gone) this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
  }

  set(name: string, value: string): void {
    this.#cookies.set(name, value);
  }

  get(name: string): string | undefined {
    return this.#cookies.get(name);
  }

  get size(): number {
    return this.#cookies.size;
  }

  /** The `Cookie` header, undefined where there is none to send. */
  header(): string | undefined {
    if (this.#cookies.size === 0) return undefined;
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  }
}
