import type { Curfew, RandomBytes } from "@curfew/core";
import type { Http } from "@curfew/http";
import type { EventWriter, SqlDatabase, Unit } from "@curfew/sql";
import type { AccountDirectory } from "./accounts/account-directory.js";
import type { Passwords } from "./passwords/passwords.js";
import type { AttemptLimits } from "./sign-in/limits/attempts.js";

/** What the routes for accounts and people work with. */
export interface People {
  readonly curfew: Curfew<() => Unit<void>>;
  readonly http: Http;
  readonly database: SqlDatabase;
  readonly writeEvent: EventWriter;
  readonly accounts: AccountDirectory;
  readonly passwords: Passwords;
  readonly limits: AttemptLimits;
  readonly settings: {
    /** Where people reach the service: invitations link there. */
    readonly publicUrl: string;
    readonly registration: "open" | "closed";
  };
  readonly randomBytes: RandomBytes;
  /** Told what came of each sign-in: `granted`, or the code of the refusal. */
  readonly onSignIn?: (outcome: SignInResult) => void;
  /** Told of a failed sign-in that could not be written into the trail. */
  readonly onTrailError?: (error: unknown) => void;
}

export type SignInResult = "granted" | "invalid_credentials" | "rate_limited";
