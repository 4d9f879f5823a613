import { expect, onTestFinished, test } from "vitest";
import { migrateService } from "../../../../apps/server/src/database/migrations.js";
import { assemble } from "../../../../apps/server/src/process/assemble.js";
import { readSettings } from "../../../../apps/server/src/settings/read-settings.js";
import { migrateStore, openSqlite } from "../../../sql/src/index.js";
import { callOf, EVERY_NAME, recordedApi } from "./recorded-api.js";

interface Operation {
  parameters: { name: string; in: string }[];
  requestBody?: { content: Record<string, { schema: { properties?: object } }> };
  security: Record<string, unknown>[];
}

/** The event stream is read by the session monitor, not by an API call. */
const STREAM = "GET /api/auth/events";

/** The operations in the server's OpenAPI document. */
async function publishedOperations(): Promise<Map<string, Operation>> {
  const database = openSqlite({ path: null });
  await migrateStore(database);
  await migrateService(database);
  const read = readSettings({});
  if (!read.ok) throw new Error(read.message);
  const service = assemble({
    settings: read.settings,
    database,
    secrets: [new Uint8Array(32)],
    publicUrl: "http://localhost:4000",
    log: () => undefined,
  });
  onTestFinished(async () => {
    service.close();
    await database.close();
  });
  await service.ready();
  const response = await service.fetch(new Request("http://localhost:4000/openapi.json"), {
    incoming: { socket: { remoteAddress: "127.0.0.1" } },
  });
  const { paths } = (await response.json()) as { paths: Record<string, Record<string, Operation>> };
  const all = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const,
    ),
  );
  return new Map(all.filter(([name]) => name.includes(" /api/") && name !== STREAM));
}

async function sentCalls() {
  return Promise.all(
    EVERY_NAME.map(async (name) => {
      const { api, calls } = recordedApi();
      await callOf(api, name);
      const [call, ...more] = calls;
      if (!call || more.length > 0) throw new Error(`${name} did not send exactly one request`);
      return { ...call, operation: name };
    }),
  );
}

test("the client has exactly the operations that the server publishes", async () => {
  const published = await publishedOperations();
  expect([...EVERY_NAME].sort()).toEqual([...published.keys()].sort());
});

test("every call sends what its operation declares: credentials, version, query parameters and body fields", async () => {
  const published = await publishedOperations();
  for (const { operation, auth, headers = {}, path, body } of await sentCalls()) {
    const { parameters, requestBody, security } = published.get(operation) ?? {
      parameters: [],
      security: [],
    };
    const named = (where: string) =>
      parameters.filter((parameter) => parameter.in === where).map(({ name }) => name);
    const takesProof = named("header").includes("DPoP");
    const needsToken = security.length > 0 && security.every((scheme) => "accessToken" in scheme);
    expect([operation, auth === "proof"]).toEqual([operation, takesProof]);
    if (needsToken) expect([operation, auth]).not.toEqual([operation, "none"]);
    if ("If-Match" in headers) expect(named("header")).toContain("If-Match");
    for (const name of new URL(path, "http://localhost").searchParams.keys())
      expect([operation, ...named("query")]).toContain(name);
    const known = requestBody?.content["application/json"]?.schema.properties ?? {};
    for (const name of Object.keys(body ?? {})) expect([operation, ...Object.keys(known)]).toContain(name);
  }
});
