import { type ServiceProcess, type Settings, spawnService, untilReady } from "./service-process.js";

/** One of several service processes over one database, which a test can stop and restart at the same port. */
export class Replica {
  readonly host = "127.0.0.1";
  readonly port: number;
  readonly publicUrl: string;
  #settings: Settings;
  readonly #program: string | undefined;
  #process: ServiceProcess | undefined;

  /**
   * @param settings used at every start, unless `start` overrides them
   * @param program this repository's `curfew` unless given
   */
  constructor(
    settings: Settings & { readonly PORT: string; readonly CURFEW_PUBLIC_URL: string },
    program?: string,
  ) {
    this.port = Number(settings.PORT);
    this.publicUrl = settings.CURFEW_PUBLIC_URL;
    this.#settings = { CURFEW_RATE_LIMIT: "off", ...settings };
    this.#program = program;
  }

  /** The output of the current process. */
  get output(): string {
    return this.#process === undefined ? "" : this.#process.stdout() + this.#process.stderr();
  }

  /** Starts the process and waits until it is ready. The settings override the earlier ones from here on. */
  async start(settings: Settings = {}): Promise<void> {
    this.#settings = { ...this.#settings, ...settings };
    this.#process = spawnService(this.#settings, "serve", this.#program);
    await untilReady(this.#process, this);
  }

  /** Shuts the process down gracefully, as a deployment does. */
  stop(): Promise<void> {
    return this.#end("SIGTERM");
  }

  /** Kills the process, as a crash would. */
  kill(): Promise<void> {
    return this.#end("SIGKILL");
  }

  /** Suspends the process until `resume()`. */
  pause(): void {
    this.#process?.child.kill("SIGSTOP");
  }

  resume(): void {
    this.#process?.child.kill("SIGCONT");
  }

  async #end(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    const serviceProcess = this.#process;
    this.#process = undefined;
    serviceProcess?.child.kill(signal);
    await serviceProcess?.ended;
  }
}
