import type { FakeTab } from "./fake-tab.js";
import type { VirtualTime } from "./virtual-time.js";

interface Request {
  tab: FakeTab;
  grant(): void;
  lose(): void;
}

/** The locks of one machine's browser (Web Locks): a tab that dies lets go, a frozen one does not. */
export interface FakeLocks {
  request<T>(
    tab: FakeTab,
    name: string,
    options: { signal?: AbortSignal; steal?: true },
    task: () => Promise<T>,
  ): Promise<T>;
  /** Lets go of everything that a dead tab held or waited for. */
  release(tab: FakeTab): void;
  holder(name: string): FakeTab | null;
}

const GRANT_MS = 2;

/** Begins with every lock free. */
export function createFakeLocks(time: VirtualTime): FakeLocks {
  const lines = new Map<string, Request[]>();
  const lineOf = (name: string): Request[] => {
    const line = lines.get(name) ?? [];
    lines.set(name, line);
    return line;
  };
  const leave = (line: Request[], request: Request): void => {
    const place = line.indexOf(request);
    if (place < 0) return;
    line.splice(place, 1);
    if (place === 0) line[0]?.grant();
  };
  return {
    request: (tab, name, { signal, steal }, task) =>
      new Promise((resolve, reject) => {
        const line = lineOf(name);
        const abort = (): void => {
          if (line[0] === request || !line.includes(request)) return;
          leave(line, request);
          reject(new Error("gave up waiting"));
        };
        const request: Request = {
          tab,
          grant: () =>
            // Not at once: what the holder has told the others by the channel is there before.
            time.after(GRANT_MS, () =>
              tab.deliver(() => {
                signal?.removeEventListener("abort", abort);
                task()
                  .then(resolve, reject)
                  .finally(() => leave(line, request));
              }),
            ),
          lose: () => tab.deliver(() => reject(new Error("the lock was taken away"))),
        };
        signal?.addEventListener("abort", abort);
        if (steal) {
          line.shift()?.lose();
          line.unshift(request);
        } else line.push(request);
        if (line[0] === request) request.grant();
      }),
    release(tab) {
      for (const line of lines.values())
        for (const request of line.filter((one) => one.tab === tab).reverse()) leave(line, request);
    },
    holder: (name) => lines.get(name)?.[0]?.tab ?? null,
  };
}
