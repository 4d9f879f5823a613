/** The bound of the engine, which has the same secrets. */
const MIN_SECRET_BYTES = 32;

/** The options that `createHttp` and `createHandler` share, and the host's functions, as a host without types may give them. */
type GivenOptions = Readonly<Partial<Record<(typeof FUNCTIONS)[number] | "secrets" | "curfew", unknown>>>;

const FUNCTIONS = ["accountName", "clientIp", "onError", "hostSession", "onSignOut"] as const;

/**
 * Refuses options of the wrong type where they are given, instead of at the first call that needs them.
 *
 * @throws TypeError that names the option and its bound
 */
export function refuseFaultyOptions(options: GivenOptions): void {
  if (typeof options.curfew !== "object" || options.curfew === null)
    throw new TypeError("curfew must be what createCurfew returns");
  if (!isListOfSecrets(options.secrets))
    throw new TypeError(
      `secrets must be a list of one or more Uint8Array of ${MIN_SECRET_BYTES} bytes or more`,
    );
  if (options.accountName === undefined) throw new TypeError("accountName must be given");
  for (const name of FUNCTIONS)
    if (options[name] !== undefined && typeof options[name] !== "function")
      throw new TypeError(`${name} must be a function`);
}

const isListOfSecrets = (value: unknown): boolean =>
  Array.isArray(value) && value.length > 0 && value.every(isSecret);

/** By shape: a test runner's realm has a `Uint8Array` of its own. */
const isSecret = (value: unknown): boolean =>
  Object.prototype.toString.call(value) === "[object Uint8Array]" &&
  (value as Uint8Array).byteLength >= MIN_SECRET_BYTES;
