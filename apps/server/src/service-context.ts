import type { Curfew, RandomBytes } from "@curfew/core";
import type { Http } from "@curfew/http";
import type { EventWriter, SqlDatabase, Unit } from "@curfew/sql";
import type { AccountDirectory } from "./accounts/accounts.js";
import type { SetupToken } from "./accounts/setup-token.js";
import type { Passwords } from "./passwords/passwords.js";
import type { AttemptLimits } from "./sign-in/limits/attempt-limits.js";

/** What the service's own routes and their actions depend on. */
export interface ServiceContext {
  readonly curfew: Curfew<() => Unit<void>>;
  readonly http: Http;
  readonly database: SqlDatabase;
  readonly writeEvent: EventWriter;
  readonly accounts: AccountDirectory;
  readonly setupToken: SetupToken;
  readonly passwords: Passwords;
  readonly limits: AttemptLimits;
  readonly settings: {
    /** The base URL of invitation links. */
    readonly publicUrl: string;
    readonly registration: "open" | "closed";
  };
  readonly randomBytes: RandomBytes;
  /** Called with the result of each sign-in. */
  readonly onSignIn?: (result: SignInResult) => void;
  /** Called if a failed sign-in could not be written to the audit trail. */
  readonly onTrailError?: (error: unknown) => void;
}

export type SignInResult = "granted" | "invalid_credentials" | "rate_limited";
