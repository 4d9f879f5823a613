/** A parsed `Set-Cookie` header. */
export interface SetCookie {
  readonly name: string;
  readonly value: string;
  /** Attributes by lower-case name; true for one without a value. */
  readonly attributes: Readonly<Record<string, string | true>>;
}

export function parseSetCookie(line: string): SetCookie {
  const [pair = "", ...rest] = line.split(";").map((part) => part.trim());
  const attributes = rest.map((part): [string, string | true] => {
    const separator = part.indexOf("=");
    return separator < 0
      ? [part.toLowerCase(), true]
      : [part.slice(0, separator).toLowerCase(), part.slice(separator + 1)];
  });
  const separator = pair.indexOf("=");
  return {
    name: pair.slice(0, separator),
    value: pair.slice(separator + 1),
    attributes: Object.fromEntries(attributes),
  };
}

/** The name of the refresh cookie of a service with this public URL. */
export function refreshCookieName(publicUrl: string): string {
  const { protocol, port } = new URL(publicUrl);
  if (protocol === "https:") return "__Host-curfew_refresh";
  return port === "4000" ? "curfew_refresh" : `curfew_refresh_${port}`;
}

/** Stores and sends cookies as a browser does for one host. */
export class CookieJar {
  readonly #cookies = new Map<string, string>();

  store(lines: readonly string[]): void {
    for (const { name, value, attributes } of lines.map(parseSetCookie)) {
      const isExpired = attributes["max-age"] !== undefined && Number(attributes["max-age"]) <= 0;
      if (isExpired) this.#cookies.delete(name);
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

  /** The `Cookie` header; undefined without cookies. */
  header(): string | undefined {
    if (this.#cookies.size === 0) return undefined;
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  }
}
