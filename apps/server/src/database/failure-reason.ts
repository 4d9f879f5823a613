import { DatabaseOpenError } from "@curfew/sql";
import { parsePostgresUrl } from "@curfew/sql/postgres-url";

/** What to set for a failure, by what its text or its code says. */
const ADVICE: readonly (readonly [sign: RegExp, advice: string])[] = [
  [
    /unsupported startup parameter/,
    "behind a pooler set CURFEW_DATABASE_POOLED=true, and CURFEW_DATABASE_DIRECT_URL to the server itself",
  ],
  [
    /certificate|SELF_SIGNED|UNABLE_TO_|CERT_|ALTNAME/,
    "add sslmode=verify-full&sslrootcert=FILE, with the certificate of its authority, to the URL, or sslmode=no-verify to trust any",
  ],
  [/does not support SSL/, "remove sslmode from the URL"],
  [/no encryption/, "add sslmode=verify-full to the URL"],
  [
    /password authentication failed/,
    "in the URL's password write @ as %40, # as %23, / as %2F, ? as %3F and % as %25",
  ],
];

/**
 * Returns in one line why a database could not be opened, in the server's or the driver's words, and what to set.
 *
 * @param url the database's URL; its password is taken out
 */
export function failureReason(error: unknown, url: string): string {
  const { text, code } = wordsOf(error);
  const line = withoutPassword(text, url).replace(/\s+/g, " ").trim();
  const advice = ADVICE.find(([sign]) => sign.test(text) || sign.test(code))?.[1];
  return advice === undefined ? line : `${line}: ${advice}`;
}

/** Finds the text and the code of the error that the others wrap. */
function wordsOf(error: unknown): { readonly text: string; readonly code: string } {
  if (error instanceof AggregateError) return wordsOf(error.errors[0]);
  if (!(error instanceof Error)) return { text: String(error), code: "" };
  if (error instanceof DatabaseOpenError) return { text: error.message, code: "" };
  // Beyond this the driver explains how it ended the connection.
  if (error.message.includes("timeout") || error.cause === undefined)
    return { text: error.message, code: String((error as NodeJS.ErrnoException).code ?? "") };
  return wordsOf(error.cause);
}

function withoutPassword(text: string, url: string): string {
  const parsed = parsePostgresUrl(url);
  if (!parsed.ok || parsed.servers.password === "") return text;
  const { password, urls } = parsed.servers;
  return [new URL(urls[0]).password, password].reduce((rest, secret) => rest.replaceAll(secret, "***"), text);
}
