import pg from "pg";
import { type CommandResult, Connection } from "../../src/postgres/connection.js";
import type { Statement } from "../../src/unit.js";

/** The plan of a statement and its cost. */
export interface ExplainedStatement {
  readonly sql: string;
  /** Each scan: its kind, table and index. */
  readonly scans: readonly string[];
  /** Pages of tables and indexes that were accessed, including cached ones. */
  readonly pages: number;
}

interface PlanNode {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly "Index Name"?: string;
  readonly "Shared Hit Blocks": number;
  readonly "Shared Read Blocks": number;
  readonly Plans?: readonly PlanNode[];
}

const literalOf = (value: unknown): string => {
  if (value === null) return "NULL";
  if (Array.isArray(value)) return pg.escapeLiteral(`{${value.map((item) => item ?? "NULL").join(",")}}`);
  return pg.escapeLiteral(String(value));
};

function scansOf(node: PlanNode): readonly string[] {
  const { "Relation Name": table, "Index Name": index } = node;
  const scan =
    table === undefined && index === undefined
      ? []
      : [[node["Node Type"], table, index].filter((part) => part !== undefined).join(" ")];
  return [...scan, ...(node.Plans ?? []).flatMap(scansOf)];
}

/**
 * Explains each statement that `act` runs, immediately before it runs, by executing it and rolling it back.
 *
 * @param mode whether the server plans for the values of the call, or once for all values
 */
export async function explainStatements(
  mode: "force_custom_plan" | "force_generic_plan",
  act: () => Promise<unknown>,
): Promise<readonly ExplainedStatement[]> {
  const explained: ExplainedStatement[] = [];
  const original = Connection.prototype.send;
  Connection.prototype.send = async function (parts, timeout) {
    const script = async (text: string) => {
      const [result] = await original.call(this, [{ script: text }], timeout);
      return result as CommandResult;
    };
    const results: CommandResult[] = [];
    for (const part of parts) {
      if (!("script" in part)) explained.push(await explain(script, mode, part));
      results.push(...(await original.call(this, [part], timeout)));
    }
    return results;
  };
  try {
    await act();
  } finally {
    Connection.prototype.send = original;
  }
  return explained;
}

async function explain(
  script: (text: string) => Promise<CommandResult>,
  mode: string,
  statement: Statement,
): Promise<ExplainedStatement> {
  const values = statement.parameters.map(literalOf).join(", ");
  // Outside a transaction there is no savepoint to roll back to.
  const state = (await script("SELECT now() = statement_timestamp() AS autocommit")).rows[0];
  const { autocommit } = state as { autocommit: boolean };
  await script(autocommit ? "BEGIN" : "SAVEPOINT explained");
  await script(`SET LOCAL plan_cache_mode = ${mode}; PREPARE explained AS ${statement.sql}`);
  const explanation = await script(
    `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE explained${values === "" ? "" : `(${values})`}`,
  );
  const [{ Plan: plan }] = (explanation.rows[0] as { "QUERY PLAN": [{ Plan: PlanNode }] })["QUERY PLAN"];
  await script(autocommit ? "ROLLBACK" : "ROLLBACK TO SAVEPOINT explained");
  await script("DEALLOCATE explained");
  return {
    sql: statement.sql,
    scans: scansOf(plan),
    pages: plan["Shared Hit Blocks"] + plan["Shared Read Blocks"],
  };
}
