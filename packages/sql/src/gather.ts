import { isCurfewError } from "@curfew/core";

/** What calls are about, and how many go together. */
export interface Gathering<Input, Output> {
  /** Two calls of one key never go together. */
  keyOf(input: Input): string;
  /** Answers all, in their order; null for each that has to go alone after all. */
  together(inputs: readonly Input[]): Promise<readonly (Output | null)[]>;
  alone(input: Input): Promise<Output>;
  /** So many go together at most. */
  readonly most: number;
  /** While so many goings are under way, who comes waits for one to be over, so that others may join. */
  readonly lanes: number;
  /** Nobody waits longer than this for others, in milliseconds. */
  readonly withinMs: number;
}

interface Call<Input, Output> {
  readonly input: Input;
  settle(output: Output | Promise<Output>): void;
}

/**
 * Lets calls that come at about the same time go together. Who can't be answered with the others goes alone, and so does each
 * where what they did together failed; but where the outcome may be unknown (`unavailable`) all are told so.
 */
export function gather<Input, Output>(
  gathering: Gathering<Input, Output>,
): (input: Input) => Promise<Output> {
  const { keyOf, together, alone, most, lanes, withinMs } = gathering;
  let waiting: Call<Input, Output>[] = [];
  let underWay = 0;
  let isSoon = false;
  let atTheLatest: NodeJS.Timeout | undefined;

  /** Takes those who may go together, in the order in which they came. */
  const take = (): readonly Call<Input, Output>[] => {
    const taken = new Map<string, Call<Input, Output>>();
    const left: Call<Input, Output>[] = [];
    for (const call of waiting) {
      const key = keyOf(call.input);
      if (taken.size < most && !taken.has(key)) taken.set(key, call);
      else left.push(call);
    }
    waiting = left;
    return [...taken.values()];
  };

  const run = async (calls: readonly Call<Input, Output>[]): Promise<void> => {
    const [only] = calls;
    if (only !== undefined && calls.length === 1) {
      const answer = alone(only.input);
      only.settle(answer);
      await answer.catch(() => {});
      return;
    }
    const answers = await together(calls.map(({ input }) => input)).catch((error: unknown) => {
      const isUnknown = isCurfewError(error, "unavailable");
      return calls.map(() => (isUnknown ? Promise.reject<Output>(error) : null));
    });
    for (const [index, call] of calls.entries()) call.settle(answers[index] ?? alone(call.input));
  };

  const go = (): void => {
    clearTimeout(atTheLatest);
    atTheLatest = undefined;
    const calls = take();
    if (calls.length === 0) return;
    underWay += 1;
    void run(calls).then(() => {
      underWay -= 1;
      next();
    });
    next();
  };

  /** Has those who wait go: with all who come in this turn of the event loop where there is room, else when there is. */
  const next = (): void => {
    if (waiting.length === 0) return;
    if (underWay >= lanes) {
      atTheLatest ??= setTimeout(go, withinMs);
    } else if (!isSoon) {
      isSoon = true;
      setImmediate(() => {
        isSoon = false;
        go();
      });
    }
  };

  return (input) =>
    new Promise((settle) => {
      waiting.push({ input, settle });
      next();
    });
}
