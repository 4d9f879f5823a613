import { networkOf } from "@curfew/core";
import { addressKeyOf } from "../../src/accounts/email-address.js";
import { hashOf } from "../../src/database/hash-of.js";
import type { SignedIn } from "../unit/api-calls.js";
import type { TestService } from "../unit/test-service.js";

/** An address that only the person whose traces are looked for uses. */
export const TRACED_IP = "203.0.113.177";

/** What tells who somebody is, in whatever form a database holds it. */
export const tracesOf = ({ userId, email }: SignedIn, name: string): readonly string[] => [
  userId,
  email,
  addressKeyOf(email),
  name,
  TRACED_IP,
  hashOf(`network ${networkOf(TRACED_IP)}`),
];

/** All rows of all tables but the feed, whose rows stay for an hour, as text. */
export async function dump(service: TestService): Promise<string> {
  const isSqlite = service.database.dialect.name === "sqlite";
  const tables = await service.query<{ name: string }>(
    isSqlite
      ? "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'curfew_feed'"
      : "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'curfew_feed'",
  );
  const rows = await Promise.all(
    tables.map(async ({ name }) => [name, await service.query(`SELECT * FROM "${name}"`)] as const),
  );
  return JSON.stringify(rows);
}

/** Which of the texts are in `content`, in any case. */
export const foundIn = (content: string, texts: readonly string[]): string[] => {
  const lower = content.toLowerCase();
  return texts.filter((text) => lower.includes(text.toLowerCase()));
};

/** Sweeps until nothing is left to do. */
export async function sweepAll({ curfew }: Pick<TestService, "curfew">): Promise<void> {
  while ((await curfew.sweep()).more);
}
