/** Tasks that stand still until the test lets them go on. */
export interface Gates {
  /** Stands still under this name; answers it. */
  enter(name: string): Promise<string>;
  /** Lets it go on, and waits until all has happened that follows at once. */
  open(name: string): Promise<void>;
  /** Waits until all has happened that can happen now. */
  settled(): Promise<void>;
  readonly entered: readonly string[];
}

export function createGates(): Gates {
  const entered: string[] = [];
  const closed = new Map<string, () => void>();
  return {
    entered,
    settled,
    enter(name) {
      entered.push(name);
      return new Promise((resolve) => closed.set(name, () => resolve(name)));
    },
    async open(name) {
      const letGo = closed.get(name);
      if (letGo === undefined) throw new Error(`nobody stands at ${name}`);
      closed.delete(name);
      letGo();
      await settled();
    },
  };
}

/** What is begun after an answer takes a turn of the event loop, and its commit another. */
const TURNS = 3;

async function settled(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
