import { isDeepStrictEqual } from "node:util";
import { type Act, decide } from "./acts.js";
import { ACCOUNTS, idOf, PEOPLE, Pockets, pick, pickNewest } from "./cast.js";
import { expectSameLists, expectSameTrail, previewOf, verdictsOn } from "./look.js";
import { Machine, type Site } from "./machine.js";
import { Reference } from "./reference.js";
import type { Step, Story } from "./steps.js";

const SESSIONS_PER_USER = 3;
const DAY = 86_400_000;
/** Short of the thirty days after which an ended session is forgotten. */
const LONGEST_STORY_MS = 25 * DAY;

/**
 * Plays a story to the engine and to the reference. Throws it, told in words, where the two say different things.
 *
 * @param site where; on SQLite unless told
 */
export async function play(story: Story, site: Site | null = null): Promise<void> {
  const player = new Player(story, site);
  try {
    await player.play(story.steps);
  } finally {
    await player.stop();
  }
}

class Player {
  readonly #machine: Machine;
  readonly #pockets = new Pockets();
  readonly #told: string[] = [];
  readonly #begins: number;
  #reference: Reference;
  #sessionCount = 0;
  #isSetBack = false;

  constructor({ onDisk, graceSeconds }: Story, site: Site | null) {
    this.#machine = new Machine({ site, onDisk, graceSeconds, sessionsPerUser: SESSIONS_PER_USER });
    const now = this.#machine.clock.now();
    this.#begins = now;
    this.#reference = new Reference(now, [...ACCOUNTS], {
      idle: { default: 60, min: 10, max: 43_200 },
      absolute: { default: 1440, min: 30, max: 129_600 },
      graceMs: graceSeconds * 1000,
      sessionsPerUser: SESSIONS_PER_USER,
      accessTokenMs: 300_000,
    });
    this.#told.push(`grace ${graceSeconds} s, ${onDisk ? "on disk" : "in memory"}`);
  }

  async play(steps: readonly Step[]): Promise<void> {
    await this.#machine.start();
    for (const step of steps) {
      this.#pass(1);
      await this.#take(step);
    }
    await this.#take({ do: "sweep" });
    await this.#take({ do: "look" });
    this.#same("the audit trail", ...(await expectSameTrail(this.#machine, this.#pockets, this.#reference)));
  }

  stop(): Promise<void> {
    return this.#machine.stop();
  }

  async #take(step: Step): Promise<void> {
    switch (step.do) {
      case "prepare": {
        const { account, name } = pick(PEOPLE, step.who) ?? PEOPLE[0];
        const given = await this.#machine.curfew.sessions.prepare(idOf(account), idOf(name));
        this.#pockets.prepared.push({ known: this.#reference.prepare(account, name), given });
        this.#tell(`a sign-in of ${name} of ${account} is prepared`);
        return;
      }
      case "wait":
        this.#tell(`${step.ms} ms pass${step.caughtUp ? "" : ", unnoticed"}`);
        this.#pass(step.ms);
        if (step.caughtUp) await this.#machine.catchUp();
        return;
      case "wait until":
        return this.#waitUntil(step);
      case "set the clock":
        this.#tell(`the clock is set by ${step.ms} ms`);
        // What is over by now has been noticed by everybody: a step undoes no end.
        await this.#machine.catchUp();
        await this.#machine.sweepAll();
        this.#machine.clock.step(step.ms);
        this.#isSetBack ||= step.ms < 0;
        await this.#machine.clock.advance(1000);
        this.#reference.moveTo(this.#machine.clock.now());
        return;
      case "sweep":
        this.#tell("the house is swept");
        return this.#machine.sweepAll();
      case "look":
        this.#tell("everybody looks");
        return this.#same(
          "what is seen",
          ...(await expectSameLists(this.#machine, this.#pockets, this.#reference)),
        );
      case "crash":
        return this.#crash(step);
      case "together":
        return this.#together(step.steps);
      case "update policy": {
        const [foreseen, shown] = await previewOf(this.#machine, this.#reference, step);
        this.#same("the preview", foreseen, shown);
        return this.#act(step);
      }
      default:
        return this.#act(step);
    }
  }

  #decide(step: Step): Act | null {
    return decide(step, this.#machine, this.#pockets, this.#reference, () => {
      this.#sessionCount += 1;
      return `s${this.#sessionCount}`;
    });
  }

  async #act(step: Step): Promise<void> {
    const act = this.#decide(step);
    if (act === null) return;
    const performed = await act.perform();
    await this.#machine.spread();
    this.#tell(act.says, performed);
    this.#same("the answer", act.foresee(this.#reference), performed);
    act.keep(true);
  }

  /** Two at once: the answers, and all that can be seen after them, must be those of one of the two orders. */
  async #together(steps: readonly [Step, Step]): Promise<void> {
    const [one, other] = [this.#decide(steps[0]), this.#decide(steps[1])];
    if (one === null || other === null) return;
    const performed = await Promise.all([one.perform(), other.perform()]);
    await this.#machine.spread();
    this.#tell(`at once: ${one.says}; ${other.says}`, performed);
    const before = this.#reference;
    const foreseen: unknown[] = [];
    for (const seen of [undefined, before])
      for (const isInOrder of [true, false]) {
        const after = before.copy();
        const acts = isInOrder ? [one, other] : [other, one];
        const answers = acts.map((act) => act.foresee(after, seen));
        if (!isInOrder) answers.reverse();
        foreseen.push(answers);
        if (!isDeepStrictEqual(answers, performed) || !(await this.#looksLike(after, acts))) continue;
        this.#reference = after;
        one.keep(true);
        other.keep(true);
        return;
      }
    this.#same("the answers, in one order or the other", foreseen, performed);
  }

  async #looksLike(after: Reference, acts: readonly Act[]): Promise<boolean> {
    const pairs = [await expectSameLists(this.#machine, this.#pockets, after)];
    for (const act of acts) {
      const token = act.issued();
      if (token !== null) pairs.push(await verdictsOn(token, this.#machine, this.#pockets, after));
    }
    return pairs.every(([expected, actual]) => isDeepStrictEqual(expected, actual));
  }

  async #crash({ during, reached }: Extract<Step, { do: "crash" }>): Promise<void> {
    const act = during === null ? null : this.#decide(during);
    if (act !== null && reached) {
      const performed = await act.perform();
      this.#tell(`${act.says}, and the answer is lost`, performed);
      this.#same("the answer", act.foresee(this.#reference), performed);
      act.keep(false);
    } else if (act !== null) {
      this.#machine.cutOff();
      this.#tell(`${act.says}, but does not get through`, await act.perform());
    }
    this.#tell("the machine loses its power and starts again");
    // A machine that starts again does not know how far the clock had come before it was set back, and what it reads of the
    // feed reaches back from now. So nothing is asked of the tokens from before.
    if (this.#isSetBack) this.#pockets.access = [];
    await this.#machine.crash();
  }

  async #waitUntil({
    session,
    what,
    offsetMs,
    caughtUp,
  }: Extract<Step, { do: "wait until" }>): Promise<void> {
    const name = pickNewest(this.#pockets.sessions, session);
    if (name === null) return;
    const known = this.#reference.session(name);
    const moment = {
      "idle deadline": this.#reference.idleDeadline(known),
      "absolute deadline": this.#reference.absoluteDeadline(known),
      "end of grace": (known.rotatedAt ?? known.startedAt) + this.#reference.settings.graceMs,
    }[what];
    const ms = moment + offsetMs - this.#machine.clock.now();
    if (ms <= 0) return;
    this.#tell(`it becomes ${offsetMs} ms after the ${what} of ${name}${caughtUp ? "" : ", unnoticed"}`);
    this.#pass(ms);
    if (caughtUp) await this.#machine.catchUp();
  }

  #pass(ms: number): void {
    const { clock } = this.#machine;
    if (clock.now() + ms > this.#begins + LONGEST_STORY_MS) return;
    clock.stall(ms);
    this.#reference.moveTo(clock.now());
  }

  #tell(what: string, answer?: unknown): void {
    const at = this.#machine.clock.now();
    this.#told.push(`${at}: ${what}${answer === undefined ? "" : `\n      → ${JSON.stringify(answer)}`}`);
  }

  #same(what: string, expected: unknown, actual: unknown): void {
    if (isDeepStrictEqual(expected, actual)) return;
    throw new Error(
      [
        ...this.#told,
        `BUT ${what} should be`,
        JSON.stringify(expected, null, 1),
        "and is",
        JSON.stringify(actual, null, 1),
      ]
        .join("\n")
        .replace(/\b\d{13}\b/g, (at) => `+${Number(at) - this.#begins}`),
    );
  }
}
