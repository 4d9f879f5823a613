import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { CALLS_DIRECTORY, PUBLISHED_DOCUMENT } from "../harness/contract-coverage.js";
import { expectStatus } from "../harness/expectations.js";
import { ERROR_CODES, OPERATIONS } from "../harness/operations.js";
import { send } from "../harness/send.js";
import { useService } from "../harness/service.js";

const METHODS = ["get", "put", "post", "delete", "patch"];
const service = useService();

interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

interface Operation {
  readonly responses: Readonly<Record<string, unknown>>;
  readonly requestBody?: unknown;
}

async function published(): Promise<Document> {
  const response = await send(service(), { path: "/openapi.json" });
  expect(response.headers["content-type"]).toMatch(/^application\/(openapi\+)?json/);
  return expectStatus(response, 200).json<Document>();
}

/** Every string that a schema of a property named `code` allows. */
function codesIn(node: unknown, codes = new Set<string>()): Set<string> {
  if (Array.isArray(node)) for (const item of node) codesIn(item, codes);
  else if (typeof node === "object" && node !== null)
    for (const [key, value] of Object.entries(node)) {
      if (key === "code" && typeof value === "object" && value !== null) {
        const { enum: listed, const: only } = value as { enum?: string[]; const?: string };
        for (const code of listed ?? (only === undefined ? [] : [only])) codes.add(code);
      }
      codesIn(value, codes);
    }
  return codes;
}

describe("the published OpenAPI document", () => {
  test("has version 3.1", async () => {
    expect((await published()).openapi).toMatch(/^3\.1\.\d+$/);
  });

  test("lists exactly the contract's paths and methods, except its own and the docs page's", async () => {
    const document = await published();
    const listed = Object.entries(document.paths).flatMap(([path, operations]) =>
      METHODS.filter((method) => method in operations).map(
        (method) => `${method.toUpperCase()} ${path.replace(/\{[^}]+\}/, "{id}")}`,
      ),
    );
    const expected = Object.entries(OPERATIONS)
      .filter(([path]) => path !== "/openapi.json" && path !== "/docs")
      .flatMap(([path, methods]) => methods.map((method) => `${method} ${path}`));
    expect(listed.sort()).toEqual(expected.sort());
  });

  test("lists exactly the error codes that its operations can answer", async () => {
    const document = await published();
    const fieldCodes = [
      "required",
      "unknown_field",
      "wrong_type",
      "out_of_range",
      "idle_exceeds_absolute",
      "weak_password",
      "invalid_email",
      "invalid_value",
    ];
    // A 405 answers a request that matches no operation, so no operation lists it.
    const answered = Object.keys(ERROR_CODES).filter((code) => code !== "method_not_allowed");
    expect([...codesIn(document)].sort()).toEqual([...answered, ...fieldCodes].sort());
  });

  test("has no dangling reference", async () => {
    const document = await published();
    const text = JSON.stringify(document);
    for (const [, pointer = ""] of text.matchAll(/"\$ref":"#\/([^"]+)"/g)) {
      const target = pointer
        .split("/")
        .reduce<unknown>((node, key) => (node as Record<string, unknown> | undefined)?.[key], document);
      expect(target, pointer).toBeDefined();
    }
  });

  test("documents a success response for each operation", async () => {
    const { paths } = await published();
    for (const [path, operations] of Object.entries(paths))
      for (const method of METHODS) {
        const operation = operations[method];
        if (operation !== undefined)
          expect(Object.keys(operation.responses), path).toEqual(
            expect.arrayContaining([expect.stringMatching(/^2\d\d$/)]),
          );
      }
  });

  test("is stored for the coverage check after the run", async () => {
    const directory = process.env[CALLS_DIRECTORY];
    expect(directory).toBeDefined();
    writeFileSync(join(directory ?? "", PUBLISHED_DOCUMENT), JSON.stringify(await published()));
  });
});
