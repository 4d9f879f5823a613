import { type ServiceProcess, type Settings, spawnService } from "./process.js";
import { untilReady } from "./until-ready.js";

/** One service process of several over one database, which a test ends and starts again at the same port. */
export class Replica {
  readonly host = "127.0.0.1";
  readonly port: number;
  readonly publicUrl: string;
  #settings: Settings;
  #own: ServiceProcess | undefined;

  /** @param settings those of every start, until `start` says others; `PORT` and `CURFEW_PUBLIC_URL` stay */
  constructor(settings: Settings & { readonly PORT: string; readonly CURFEW_PUBLIC_URL: string }) {
    this.port = Number(settings.PORT);
    this.publicUrl = settings.CURFEW_PUBLIC_URL;
    this.#settings = { CURFEW_RATE_LIMIT: "off", ...settings };
  }

  /** All that its process has written since it was started. */
  get output(): string {
    return this.#own === undefined ? "" : this.#own.stdout() + this.#own.stderr();
  }

  /** Starts the process, with these settings over those before, and waits until it is ready. */
  async start(settings: Settings = {}): Promise<void> {
    this.#settings = { ...this.#settings, ...settings };
    this.#own = spawnService(this.#settings);
    await untilReady(this.#own, this);
  }

  /** Asks the process to end, as whoever deploys does. */
  stop(): Promise<void> {
    return this.#end("SIGTERM");
  }

  /** Ends the process as a crash does. */
  kill(): Promise<void> {
    return this.#end("SIGKILL");
  }

  /** Lets the process do nothing, answer nothing and notice nothing, until it goes on. */
  pause(): void {
    this.#own?.child.kill("SIGSTOP");
  }

  goOn(): void {
    this.#own?.child.kill("SIGCONT");
  }

  async #end(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    const own = this.#own;
    this.#own = undefined;
    own?.child.kill(signal);
    await own?.ended;
  }
}
