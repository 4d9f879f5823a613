import { type Curfew, createCurfew, type OpenGoverned, type Store } from "@curfew/core";

/** A session of the product's own table. */
export interface OwnSession {
  id: string;
  companyId: string;
  user: OpenGoverned["user"];
  createdAt: number;
}

/** From that moment on, in milliseconds since 1970, the absolute lifetime of older sessions counts. */
export const governing = (store: Store, secret: Uint8Array, switchedAt: number): Curfew =>
  createCurfew({ store, secret, issuer: "https://app.example", owners: "host", governedSince: switchedAt });

/** Tells Curfew of the sessions that are open, so that owners see them before their people come back. May run again. */
export async function importSessions(curfew: Curfew, open: readonly OwnSession[]) {
  const total = { opened: 0, ended: 0, known: 0 };
  for (let first = 0; first < open.length; first += 1000) {
    const rows = open.slice(first, first + 1000).map((session) => ({
      accountId: session.companyId,
      hostSessionId: session.id,
      user: session.user,
      startedAt: session.createdAt,
    }));
    const { opened, ended, known } = await curfew.governed.import(rows);
    total.opened += opened;
    total.ended += ended;
    total.known += known;
  }
  return total;
}
