import { EventStream } from "../../harness/event-stream.js";
import type { Client } from "./client.js";
import type { Watcher } from "./watcher.js";

const LOOK_EVERY_MS = 20;
/** What this process may take to read what has come, on a busy machine. */
const READING_MS = 500;

const pause = () => new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));

/** A client's event stream at one replica, opened again whenever it breaks, until it tells of the session's end. */
export class Listening {
  readonly #watcher: Watcher;
  readonly #client: Client;
  readonly #place: number;
  /** The stream was open once. */
  isOpen = false;
  /** How often it was opened again. */
  reopened = 0;

  constructor(watcher: Watcher, client: Client, place: number) {
    this.#watcher = watcher;
    this.#client = client;
    this.#place = place;
  }

  /** Goes on until the end was told or the watch is over. */
  async run(): Promise<void> {
    while (!this.#watcher.isOver) {
      const stream = await EventStream.open(this.#client.at(this.#place)).catch(() => null);
      if (stream === null) await pause();
      else if (stream.incoming.statusCode !== 200) {
        stream.close();
        if (await this.#isOver()) return;
      } else if (await this.#listen(stream)) return;
    }
  }

  async #listen(stream: EventStream): Promise<boolean> {
    if (this.isOpen) this.reopened += 1;
    this.isOpen = true;
    const end = () => stream.events.find(({ type }) => type === "session.ended");
    while (!stream.closed && !this.#watcher.isOver && end() === undefined) await pause();
    stream.close();
    const told = end();
    if (told !== undefined) this.#judge(told.receivedAt, told.data);
    return told !== undefined;
  }

  #judge(receivedAt: number, data: string): void {
    const { id, standing } = this.#client;
    if (standing.state === "live") this.#watcher.faults.push(`${id}: live, and told to have ended: ${data}`);
    if (standing.state !== "ended") return;
    const boundMs = this.#watcher.toldWithinMs(standing.answeredAt);
    const lateMs = receivedAt - standing.answeredAt;
    if (lateMs > boundMs + READING_MS)
      this.#watcher.faults.push(`${id}: told of its end by replica ${this.#place} ${lateMs} ms late`);
  }

  /** A stream was refused: what a call is told is the verdict. */
  async #isOver(): Promise<boolean> {
    await pause();
    const answer = this.#client.isUsable ? await this.#client.call(this.#place) : null;
    return answer?.status === 401;
  }
}
