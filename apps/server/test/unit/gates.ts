/** Tasks that block until the test opens their gate. */
export interface Gates {
  /** Blocks until the gate of this name is opened, and returns the name. */
  enter(name: string): Promise<string>;
  /** Opens a gate and waits for what follows immediately. */
  open(name: string): Promise<void>;
  /** Waits until all pending work has run. */
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
      const release = closed.get(name);
      if (release === undefined) throw new Error(`no task waits at ${name}`);
      closed.delete(name);
      release();
      await settled();
    },
  };
}

/** Work that starts after an answer takes one iteration of the event loop, and its commit another. */
const ITERATIONS = 3;

async function settled(): Promise<void> {
  for (let iteration = 0; iteration < ITERATIONS; iteration += 1)
    await new Promise((resolve) => setImmediate(resolve));
}
