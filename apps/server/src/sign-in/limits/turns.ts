import { CurfewError, type Scheduler } from "@curfew/core";
import type { Admission, AttemptBook, EndedAttempt } from "./attempt-book.js";

/** What goes on for one network in this process. */
export interface Turns {
  /** Resolves once an e-mail's key is admitted or limited. Throws `unavailable`, also where too many wait. */
  ask(email: string): Promise<Exclude<Admission, { kind: "wait" }>>;
  /** Tells of an attempt that ended; false where it counted no longer. Throws `unavailable`. */
  end(ended: EndedAttempt): Promise<boolean>;
}

interface Pending<Told, Answer> {
  readonly told: Told;
  succeed(answer: Answer): void;
  fail(error: unknown): void;
}

export interface TurnsOptions {
  readonly book: AttemptBook;
  /** How many may wait for others to end. */
  readonly waiting: number;
  readonly scheduler: Scheduler;
}

/**
 * Takes turns at the book for one network, one after the other, each with all that came meanwhile: a flood of attempts costs
 * the database a turn for all of them, and one connection.
 *
 * @param network its key
 */
export function createTurns(network: string, { book, waiting, scheduler }: TurnsOptions): Turns {
  let ended: Pending<EndedAttempt, boolean>[] = [];
  /** In the order in which they came. */
  let asking: Pending<string, Exclude<Admission, { kind: "wait" }>>[] = [];
  let due = false;
  let atIt = false;
  let nextLook: { cancel(): void } | undefined;

  async function takeTurn(): Promise<void> {
    const [these, those] = [ended, asking];
    [ended, asking] = [[], []];
    try {
      const { counted, admissions } = await book.settle({
        network,
        ended: these.map(({ told }) => told),
        asking: those.map(({ told }) => told),
      });
      for (const [index, one] of these.entries()) one.succeed(counted[index] ?? false);
      const left = those.filter((one, index) => {
        const admission = admissions[index];
        if (admission === undefined || admission.kind === "wait") return true;
        one.succeed(admission);
        return false;
      });
      for (const one of left.splice(waiting))
        one.fail(new CurfewError("unavailable", { retryAfterSeconds: 1 }));
      asking.unshift(...left);
    } catch (error) {
      for (const one of [...these, ...those]) one.fail(error);
    }
  }

  async function takeTurns(): Promise<void> {
    atIt = true;
    while (due) {
      due = false;
      await takeTurn();
    }
    atIt = false;
    if (asking.length > 0 && book.lookAgainMs !== null) nextLook = scheduler.after(book.lookAgainMs, look);
  }

  function look(): void {
    nextLook?.cancel();
    due = true;
    if (!atIt) void takeTurns();
  }

  return {
    ask: (email) =>
      new Promise((succeed, fail) => {
        asking.push({ told: email, succeed, fail });
        look();
      }),
    end: (attempt) =>
      new Promise((succeed, fail) => {
        ended.push({ told: attempt, succeed, fail });
        look();
      }),
  };
}
