import type { Answer } from "../../harness/send.js";
import { type Reachable, Visitor, type VisitorOptions } from "../../harness/visitor.js";
import type { Standing } from "./ledger.js";
import type { Watched, Watcher } from "./watcher.js";

/** A token that has less left is not presented: it could expire on the way. */
const RESERVE_MS = 2000;
/** A client renews well before its token expires: here, where it has less left than it began with but this. */
const RENEWED_AFTER_MS = 800;

/** One client with one session, going from replica to replica, whose every answer is held to what is known. */
export class Client implements Watched {
  readonly visitor: Visitor;
  readonly #watcher: Watcher;
  readonly #reached: Reachable & { port: number };
  standing: Standing = { state: "live" };
  #renewedAt = 0;
  #isRenewing = false;

  constructor(watcher: Watcher, options: VisitorOptions) {
    const { host, port, publicUrl } = watcher.fleet.member(0).replica;
    this.#watcher = watcher;
    this.#reached = { host, port, publicUrl };
    this.visitor = new Visitor(this.#reached, options);
  }

  get id(): string {
    return this.visitor.sessionId;
  }

  get isOver(): boolean {
    return this.#watcher.isOver;
  }

  /** The visitor, whose next call goes to the replica of this place. */
  at(place: number): Visitor {
    this.#reached.port = this.#watcher.fleet.member(place).replica.port;
    return this.visitor;
  }

  /** The client begins or renews its session with what `ask` sends. */
  async granted(ask: () => Promise<Answer | null>): Promise<Answer | null> {
    const sentAt = Date.now();
    const answer = await ask();
    if (answer !== null && answer.status < 300) this.#renewedAt = sentAt;
    return answer;
  }

  /** Whether it is time to renew. */
  get isDue(): boolean {
    // A client without a key has to keep its tabs from renewing at once, as a browser's locks do.
    const mayRenew = this.visitor.options.key !== undefined || !this.#isRenewing;
    return mayRenew && Date.now() - this.#renewedAt > RENEWED_AFTER_MS;
  }

  /** Whether its access token can be presented. */
  get isUsable(): boolean {
    const lifetimeMs = this.visitor.signedIn.expires_in * 1000;
    return Date.now() < this.#renewedAt + lifetimeMs - RESERVE_MS;
  }

  async renew(place: number): Promise<Answer | null> {
    this.#isRenewing = true;
    try {
      return await this.granted(() =>
        this.#watcher.present(this, "refresh", place, () => this.at(place).refresh()),
      );
    } finally {
      this.#isRenewing = false;
    }
  }

  /** Calls what does not look at the session itself, so that the verdict on the access token is all that counts. */
  call(place: number): Promise<Answer | null> {
    return this.#watcher.present(this, "call", place, () => this.at(place).get("/api/accounts/me"));
  }

  /** Nobody knows from here on whether the session goes on. */
  doubt(reason: string): void {
    if (this.standing.state !== "ended") this.standing = { state: "doubtful", reason };
  }

  /** It was answered just now that the session has ended. */
  end(reason: string, by: number): void {
    if (this.standing.state !== "ended")
      this.standing = { state: "ended", reason, answeredAt: Date.now(), by };
  }
}
