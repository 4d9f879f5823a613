import type { Curfew, RandomBytes } from "@curfew/core";
import type { Http } from "@curfew/http";
import type { EventWriter, SqlDatabase, Unit } from "@curfew/sql";
import type { AccountDirectory } from "./accounts/accounts.js";
import type { SetupToken } from "./accounts/setup-token.js";
import type { Passwords } from "./passwords/passwords.js";
import type { AttemptLimits } from "./sign-in/limits/attempt-limits.js";
import type { CallLimit } from "./sign-in/limits/call-limit.js";
import type { KnownPlaces } from "./sign-in/limits/known-places.js";

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
  /** The engine in `curfew` teaches them; see `learnPlaces`. */
  readonly places: KnownPlaces;
  /** Registrations by network. */
  readonly registrations: CallLimit;
  /** Wrong tokens of invitations and password links by network. */
  readonly wrongLinks: CallLimit;
  readonly settings: {
    /** The base URL of invitation links. */
    readonly publicUrl: string;
    readonly registration: "open" | "closed";
  };
  readonly randomBytes: RandomBytes;
  /** Called with the result of each sign-in. */
  readonly onSignIn?: (result: SignInResult) => void;
}

export type SignInResult = "granted" | "invalid_credentials" | "rate_limited";
