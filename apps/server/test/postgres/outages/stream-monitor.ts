import { EventStream } from "../../harness/event-stream.js";
import type { ResponseRecorder } from "./response-recorder.js";
import type { TrackedSession } from "./tracked-session.js";

const POLL_MS = 20;
/** How long this process may take to read a received event on a busy machine. */
const READ_SLACK_MS = 500;

const pause = () => new Promise((resolve) => setTimeout(resolve, POLL_MS));

/** A session's event stream at one replica, reopened whenever it breaks, until `session.ended` arrives. */
export class StreamMonitor {
  readonly #recorder: ResponseRecorder;
  readonly #session: TrackedSession;
  readonly #index: number;
  wasOpened = false;

  constructor(recorder: ResponseRecorder, session: TrackedSession, index: number) {
    this.#recorder = recorder;
    this.#session = session;
    this.#index = index;
  }

  /** Reads until `session.ended` arrives or the recorder is stopped. */
  async run(): Promise<void> {
    while (!this.#recorder.isStopped) {
      const stream = await EventStream.open(this.#session.at(this.#index)).catch(() => null);
      if (stream === null) await pause();
      else if (stream.response.statusCode !== 200) {
        stream.close();
        if (await this.#isSessionEnded()) return;
      } else if (await this.#readUntilEnd(stream)) return;
    }
  }

  async #readUntilEnd(stream: EventStream): Promise<boolean> {
    this.wasOpened = true;
    const findEnd = () => stream.events.find(({ type }) => type === "session.ended");
    while (!stream.closed && !this.#recorder.isStopped && findEnd() === undefined) await pause();
    stream.close();
    const event = findEnd();
    if (event !== undefined) this.#check(event.receivedAt, event.data);
    return event !== undefined;
  }

  #check(receivedAt: number, data: string): void {
    const { id, expected } = this.#session;
    if (expected.state === "live")
      this.#recorder.violations.push(`${id}: the stream reported the end of a live session: ${data}`);
    if (expected.state !== "ended") return;
    const boundMs = this.#recorder.streamBoundMs(expected.confirmedAt);
    const lateMs = receivedAt - expected.confirmedAt;
    if (lateMs > boundMs + READ_SLACK_MS)
      this.#recorder.violations.push(
        `${id}: replica ${this.#index} reported the end ${lateMs} ms after the response`,
      );
  }

  /** Whether a call with the session's token is refused; asked when the stream was. */
  async #isSessionEnded(): Promise<boolean> {
    await pause();
    const response = this.#session.hasUsableToken ? await this.#session.call(this.#index) : null;
    return response?.status === 401;
  }
}
