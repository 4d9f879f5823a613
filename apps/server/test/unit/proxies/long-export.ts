import { get, type IncomingMessage } from "node:http";
import type { EventType } from "@curfew/core";
import { createEventWriter, type SqlDatabase } from "@curfew/sql";
import { HOST } from "../process/open-listener.js";

const EXPORT = "/api/accounts/me/security/events";
export const LAST_RECORD = /\r\n,,export\.completed,,,,,,"\{""rows"":(\d+)\}"\r\n$/;

/** More than ten pages of the export. */
export const EVENTS = 5_500;

/** The first page is read before the answer begins. Reads of the background count too. */
const READS_BEFORE_TROUBLE = 4;

/** A database whose reads meet `trouble` once it is armed, but for the first few. */
export function troubledDatabase(trouble: () => Promise<never>) {
  let readsLeft = Number.POSITIVE_INFINITY;
  return {
    arm: () => {
      readsLeft = READS_BEFORE_TROUBLE;
    },
    wrap: (database: SqlDatabase): SqlDatabase => ({
      ...database,
      read: (unit, options) => {
        readsLeft -= 1;
        return readsLeft < 0 ? trouble() : database.read(unit, options);
      },
    }),
  };
}

export interface Download {
  readonly status: number | undefined;
  readonly text: string;
  /** The client took the answer for a whole one. */
  readonly isWhole: boolean;
}

/** Downloads the whole audit trail as CSV. */
export const download = (port: number, token: string): Promise<Download> =>
  new Promise((resolve, reject) => {
    const headers = { Authorization: `Bearer ${token}`, Accept: "text/csv" };
    const sent = get({ host: HOST, port, path: EXPORT, headers, agent: false }, (answer: IncomingMessage) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (piece) => {
        text += String(piece);
      });
      answer.on("error", () => undefined);
      answer.once("close", () => resolve({ status: answer.statusCode, text, isWhole: answer.complete }));
    });
    sent.once("error", reject);
  });

/** Writes a trail of more than ten pages of the export. */
export async function writeTrail(database: SqlDatabase, accountId: string): Promise<void> {
  const writeEvent = createEventWriter(database);
  const type: EventType = "member.invited";
  await database.write(function* () {
    for (let index = 0; index < EVENTS; index += 1)
      yield* writeEvent(accountId, { type, actorId: null, sessionId: null, ip: null, details: { index } });
  });
}
