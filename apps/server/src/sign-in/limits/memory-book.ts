import type { AttemptBook } from "./attempt-book.js";
import type { FailureCounter } from "./failure-counter.js";
import { type Allowance, isFull, judge } from "./judge.js";

/** Keeps attempts in this process's memory, for a database that only this process uses. */
export function createMemoryBook({
  counter,
  ...allowance
}: Allowance & { readonly counter: FailureCounter }): AttemptBook {
  /** The e-mail's key of each attempt under way, by network and ticket. */
  const underWay = new Map<string, Map<string, string>>();
  let lastTicket = 0;

  const end = (network: string, ticket: string): boolean => {
    const attempts = underWay.get(network);
    const wasUnderWay = attempts?.delete(ticket) ?? false;
    if (attempts?.size === 0) underWay.delete(network);
    return wasUnderWay;
  };
  const begin = (network: string, email: string): string => {
    const attempts = underWay.get(network) ?? new Map<string, string>();
    underWay.set(network, attempts);
    lastTicket += 1;
    const ticket = String(lastTicket);
    attempts.set(ticket, email);
    return ticket;
  };

  return {
    lookAgainMs: null,
    async settle({ network, ended, asking }) {
      const counted = ended.map(({ ticket }) => end(network, ticket));
      for (const { email, failed } of ended) {
        if (!failed) continue;
        await counter.add(email);
        await counter.add(network);
      }
      const emails = new Map();
      for (const email of new Set(asking)) emails.set(email, await counter.read(email));
      const standing = {
        network: await counter.read(network),
        emails,
        underWay: [...(underWay.get(network)?.values() ?? [])],
      };
      const admissions = judge(allowance, standing, asking).map((verdict, index) =>
        verdict.kind === "admitted" ? { ...verdict, ticket: begin(network, asking[index] ?? "") } : verdict,
      );
      return { counted, admissions };
    },
    async blockedForMs(network) {
      const count = await counter.read(network);
      return isFull(allowance, count) ? count.resetsInMs : null;
    },
  };
}
