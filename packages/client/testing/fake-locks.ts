import type { FakeTab } from "./fake-tab.js";
import type { VirtualTime } from "./virtual-time.js";

interface Request {
  tab: FakeTab;
  grant(): void;
  lose(): void;
}

/** Web Locks of one browser: closing a tab releases its locks, freezing it does not. */
export interface FakeLocks {
  request<T>(
    tab: FakeTab,
    name: string,
    options: { signal?: AbortSignal; steal?: true },
    task: () => Promise<T>,
  ): Promise<T>;
  /** Releases all locks of a closed tab and cancels its requests. */
  release(tab: FakeTab): void;
  holder(name: string): FakeTab | null;
}

const GRANT_MS = 2;

export function createFakeLocks(time: VirtualTime): FakeLocks {
  const queues = new Map<string, Request[]>();
  /** The first request of a queue holds the lock. */
  const queueOf = (name: string): Request[] => {
    const queue = queues.get(name) ?? [];
    queues.set(name, queue);
    return queue;
  };
  const remove = (queue: Request[], request: Request): void => {
    const index = queue.indexOf(request);
    if (index < 0) return;
    queue.splice(index, 1);
    if (index === 0) queue[0]?.grant();
  };
  return {
    request: (tab, name, { signal, steal }, task) =>
      new Promise((resolve, reject) => {
        const queue = queueOf(name);
        const abort = (): void => {
          if (queue[0] === request || !queue.includes(request)) return;
          remove(queue, request);
          reject(new Error("the request was aborted"));
        };
        const request: Request = {
          tab,
          grant: () =>
            // Delayed, so that messages posted by the previous holder arrive first.
            time.after(GRANT_MS, () =>
              tab.deliver(() => {
                signal?.removeEventListener("abort", abort);
                task()
                  .then(resolve, reject)
                  .finally(() => remove(queue, request));
              }),
            ),
          lose: () => tab.deliver(() => reject(new Error("the lock was stolen"))),
        };
        signal?.addEventListener("abort", abort);
        if (steal) {
          queue.shift()?.lose();
          queue.unshift(request);
        } else queue.push(request);
        if (queue[0] === request) request.grant();
      }),
    release(tab) {
      for (const queue of queues.values())
        for (const request of queue.filter(({ tab: owner }) => owner === tab).reverse())
          remove(queue, request);
    },
    holder: (name) => queues.get(name)?.[0]?.tab ?? null,
  };
}
