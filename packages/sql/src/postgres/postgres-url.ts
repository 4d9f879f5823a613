/** The servers that a URL of PostgreSQL names. */
export interface PostgresServers {
  /** A URL for each server, in the order in which they are tried. Each contains the password. */
  readonly urls: readonly [string, ...string[]];
  /** The servers as the URL names them, without user and password. */
  readonly hosts: string;
  readonly database: string;
  /** Decoded. */
  readonly password: string;
  /** Whether a server that is read-only by its settings is passed over, as a standby always is. */
  readonly mustBeWritable: boolean;
}

export type ParsedPostgresUrl =
  | { readonly ok: true; readonly servers: PostgresServers }
  /** The message never repeats the URL, which contains a password. */
  | { readonly ok: false; readonly message: string };

const invalid = (message: string): ParsedPostgresUrl => ({ ok: false, message });

const NOT_A_URL = "must be a URL: in its password write @ as %40, # as %23, / as %2F, ? as %3F and % as %25";
const HOST = /^(?:\[[\da-f:.]+\]|[^:[\]\s]+)(?::(\d{0,5}))?$/i;
const TARGET = /([?&])target_session_attrs=([^&]*)(&|$)/;
const TARGETS: ReadonlySet<string> = new Set(["any", "read-write", "primary"]);

/**
 * Parses a URL of PostgreSQL, with one server or several (libpq's connection URIs, PostgreSQL's manual §32.1.1.2). Of
 * `target_session_attrs` it takes what can lead to a primary: `any`, `read-write` and `primary`.
 *
 * @example parsePostgresUrl("postgres://curfew:secret@one:5432,two:5432/curfew?target_session_attrs=primary")
 */
export function parsePostgresUrl(text: string): ParsedPostgresUrl {
  const scheme = /^postgres(?:ql)?:\/\//.exec(text)?.[0];
  if (scheme === undefined) return invalid("must be a URL that begins with postgres://");
  // What follows a # is no part of an address: the URL would name another host.
  if (text.includes("#")) return invalid(NOT_A_URL);
  const [, authority = "", tail = ""] = /^([^/?]*)(.*)$/s.exec(text.slice(scheme.length)) ?? [];
  const userEnd = authority.lastIndexOf("@") + 1;
  const hosts = authority.slice(userEnd);
  const names = hosts.split(",");
  const target = TARGET.exec(tail)?.[2];
  if (target !== undefined && !TARGETS.has(target))
    return invalid("must have the target_session_attrs any, read-write or primary: a standby can't serve");
  const rest = tail.replace(TARGET, (_, before: string, __, after: string) => (after === "" ? "" : before));
  const urls = names.map((name) => `${scheme}${authority.slice(0, userEnd)}${name}${rest}`);
  if (names.length > 1 && !names.every(isHost))
    return invalid("must name its servers as host:port,host:port, with an IPv6 address in brackets");
  const [first, ...others] = urls;
  if (first === undefined || !urls.every(isUrl)) return invalid(NOT_A_URL);
  const { pathname, password } = new URL(first);
  return {
    ok: true,
    servers: {
      urls: [first, ...others],
      hosts,
      database: pathname.slice(1),
      password: decoded(password) ?? password,
      mustBeWritable: target === "read-write",
    },
  };
}

function isHost(name: string): boolean {
  const match = HOST.exec(name);
  return match !== null && Number(match[1] ?? 1) <= 65_535 && match[1] !== "0" && decoded(name) !== null;
}

const isUrl = (text: string): boolean => URL.canParse(text);

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
