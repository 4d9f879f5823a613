import pg from "pg";
import { Connection } from "../../src/postgres/connections.js";

/** How the server goes about one statement. */
export interface Explained {
  readonly sql: string;
  /** Each step on a table: how, which table, by which index. */
  readonly steps: readonly string[];
  /** Pages of tables and indexes that were touched, those found in memory among them. */
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
  if (Array.isArray(value)) return pg.escapeLiteral(`{${value.map((one) => one ?? "NULL").join(",")}}`);
  return pg.escapeLiteral(String(value));
};

function stepsOf(node: PlanNode): readonly string[] {
  const { "Relation Name": table, "Index Name": index } = node;
  const own =
    table === undefined && index === undefined
      ? []
      : [[node["Node Type"], table, index].filter((part) => part !== undefined).join(" ")];
  return [...own, ...(node.Plans ?? []).flatMap(stepsOf)];
}

/**
 * Explains each statement that `act` runs, right before it runs, by running it and taking it back.
 *
 * @param mode whether the server plans for the values, or once for all as it may after five runs of a prepared statement
 */
export async function explained(
  mode: "force_custom_plan" | "force_generic_plan",
  act: () => Promise<unknown>,
): Promise<readonly Explained[]> {
  const found: Explained[] = [];
  const original = Connection.prototype.run;
  Connection.prototype.run = async function (statement, patience) {
    const values = statement.parameters.map(literalOf).join(", ");
    const script = (text: string) => this.script(text, patience);
    // A statement that stands alone has no transaction to go back in.
    const isAlone = (await script("SELECT now() = statement_timestamp() AS alone")).rows[0] as {
      alone: boolean;
    };
    await script(isAlone.alone ? "BEGIN" : "SAVEPOINT explained");
    await script(`SET LOCAL plan_cache_mode = ${mode}; PREPARE explained AS ${statement.sql}`);
    const { rows } = await script(
      `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE explained${values === "" ? "" : `(${values})`}`,
    );
    const [{ Plan: plan }] = (rows[0] as { "QUERY PLAN": [{ Plan: PlanNode }] })["QUERY PLAN"];
    await script(isAlone.alone ? "ROLLBACK" : "ROLLBACK TO SAVEPOINT explained");
    await script("DEALLOCATE explained");
    found.push({
      sql: statement.sql,
      steps: stepsOf(plan),
      pages: plan["Shared Hit Blocks"] + plan["Shared Read Blocks"],
    });
    return original.call(this, statement, patience);
  };
  try {
    await act();
  } finally {
    Connection.prototype.run = original;
  }
  return found;
}
