import { describe, expect, it } from "vitest";
import { docsPage } from "../../../src/pages/docs-page.js";
import type { OpenApiDocument, Schema } from "../../../src/pages/open-api.js";
import { fieldsOf, outlineOf, typeOf } from "../../../src/pages/outline.js";

const document: OpenApiDocument = {
  info: { title: "Curfew", version: "1.2.3", description: "First.\n\nSecond." },
  tags: [{ name: "policy", description: "What an account sets." }, { name: "unused" }],
  security: [{ bearer: [] }],
  paths: {
    "/api/accounts/me/security": {
      patch: {
        operationId: "updatePolicy",
        summary: "Change the policy",
        description: "Bounds are checked; see `apply` and `a < b`.",
        tags: ["policy"],
        parameters: [
          { name: "If-Match", in: "header", description: "The version seen.", schema: { type: "string" } },
          { $ref: "#/components/parameters/Limit" },
        ],
        requestBody: {
          content: { "application/json": { schema: { $ref: "#/components/schemas/Patch" } } },
        },
        responses: {
          "200": {
            description: "The policy.",
            headers: { ETag: {} },
            content: {
              "application/json": { schema: { $ref: "#/components/schemas/Policy" } },
              "text/csv": {},
            },
          },
          "422": { $ref: "#/components/responses/Invalid" },
        },
      },
    },
    "/healthz": {
      get: { summary: "Alive", security: [], responses: { "200": { description: "It lives." } } },
    },
  },
  components: {
    parameters: { Limit: { name: "limit", in: "query", required: true, schema: { type: "integer" } } },
    responses: { Invalid: { description: "Some fields are not right." } },
    schemas: {
      Patch: {
        type: "object",
        properties: { idle_minutes: { type: ["integer", "null"], minimum: 10, maximum: 43_200 } },
      },
      Policy: {
        type: "object",
        required: ["preset"],
        properties: {
          preset: { enum: ["standard", "strict"], description: "By name." },
          users: { type: "array", items: { $ref: "#/components/schemas/User" } },
          session: { type: "object", properties: { id: { type: "string", format: "uuid" } } },
        },
      },
      User: { type: "object", properties: { name: { type: "string", minLength: 1, maxLength: 200 } } },
      Loop: { type: "object", properties: { next: { $ref: "#/components/schemas/Loop" } } },
    },
  },
};

describe("the outline of a document", () => {
  const outline = outlineOf(document);

  it("groups calls by tag, those without a tag last, and omits empty tags", () => {
    expect(outline.sections.map(({ name, calls }) => [name, calls.map(({ path }) => path)])).toEqual([
      ["policy", ["/api/accounts/me/security"]],
      ["other", ["/healthz"]],
    ]);
  });

  it("follows references to parameters, bodies and answers", () => {
    const call = outline.sections[0]?.calls[0];
    expect(call?.parameters).toEqual([
      { name: "If-Match", where: "header", required: false, description: "The version seen.", type: "text" },
      { name: "limit", where: "query", required: true, description: "", type: "whole number" },
    ]);
    expect(call?.body?.fields.map(({ name }) => name)).toEqual(["idle_minutes"]);
    expect(call?.answers.map(({ status, description }) => [status, description])).toEqual([
      ["200", "The policy."],
      ["422", "Some fields are not right."],
    ]);
    expect(call?.answers[0]).toMatchObject({
      headers: ["ETag"],
      contentTypes: ["application/json", "text/csv"],
    });
  });

  it("marks the calls that require a token", () => {
    expect(outline.sections.flatMap(({ calls }) => calls.map(({ needsToken }) => needsToken))).toEqual([
      true,
      false,
    ]);
  });

  it("makes the anchor of a call without operationId from method and path", () => {
    expect(outline.sections[1]?.calls[0]?.anchor).toBe("get--healthz");
  });
});

describe("the fields of a schema", () => {
  it("include the fields of nested objects and lists", () => {
    expect(fieldsOf(document, { $ref: "#/components/schemas/Policy" })).toEqual([
      { name: "preset", type: '"standard" or "strict"', required: true, description: "By name." },
      { name: "users", type: "list of objects", required: false, description: "" },
      { name: "users[].name", type: "text, 1 to 200 characters", required: false, description: "" },
      { name: "session", type: "object", required: false, description: "" },
      { name: "session.id", type: "id", required: false, description: "" },
    ]);
  });

  it("of a recursive schema are limited in depth", () => {
    expect(fieldsOf(document, { $ref: "#/components/schemas/Loop" }).length).toBeLessThan(10);
  });

  it("of an unresolvable reference are empty", () => {
    expect(fieldsOf(document, { $ref: "#/components/schemas/Nobody" })).toEqual([]);
    expect(fieldsOf(document, { $ref: "#/elsewhere" })).toEqual([]);
    expect(fieldsOf(document, undefined)).toEqual([]);
  });

  it("of allOf and anyOf parts are listed together", () => {
    const schema: Schema = {
      allOf: [
        { properties: { a: { type: "boolean" } } },
        { anyOf: [{ properties: { b: { type: "number" } } }] },
      ],
    };
    expect(fieldsOf(document, schema).map(({ name, type }) => `${name}: ${type}`)).toEqual([
      "a: true or false",
      "b: number",
    ]);
  });
});

describe("a type in words", () => {
  it.each<[Schema, string]>([
    [{ type: "string" }, "text"],
    [{ type: "string", format: "date-time" }, "time"],
    [{ type: "string", format: "email" }, "e-mail address"],
    [{ type: "string", format: "idn-email" }, "e-mail address"],
    [{ type: "string", format: "byte" }, "text"],
    [{ type: "string", maxLength: 128 }, "text, at most 128 characters"],
    [{ type: "integer", minimum: 0 }, "whole number, at least 0"],
    [{ type: "integer", minimum: 0, maximum: Number.MAX_SAFE_INTEGER }, "whole number, at least 0"],
    [{ type: "integer", minimum: -Number.MAX_SAFE_INTEGER, maximum: 9 }, "whole number, at most 9"],
    [{ type: ["integer", "null"], minimum: 1, maximum: 2 }, "whole number, 1 to 2 or null"],
    [{ const: "Bearer" }, '"Bearer"'],
    [{ anyOf: [{ type: "string" }, { type: "null" }] }, "text or null"],
    [{ oneOf: [{ type: "string" }, { type: "string" }] }, "text"],
    [{ type: "array", items: { type: "integer" } }, "list of whole number"],
    [{ properties: {} }, "object"],
    [{}, "anything"],
  ])("%j is %s", (schema, words) => {
    expect(typeOf(document, schema)).toBe(words);
  });
});

describe("the documentation page", () => {
  const text = String(docsPage(document));

  it("shows every call with its parameters, body and answers", () => {
    for (const part of [
      "/api/accounts/me/security",
      "Change the policy",
      "Bounds are checked; see <code>apply</code> and <code>a &lt; b</code>.",
      "If-Match",
      "idle_minutes",
      "whole number, 10 to 43200 or null",
      "users[].name",
      "Some fields are not right.",
      "text/csv",
      "Version 1.2.3",
    ])
      expect(text).toContain(part);
  });

  it("loads a stylesheet of this origin and no script", () => {
    expect([...text.matchAll(/(?:src|href)="([^"#]+)"/g)].map(([, url]) => url)).toEqual([
      "data:,",
      "/docs/pages.css",
      "/openapi.json",
    ]);
    expect(text).not.toMatch(/<script|\sstyle=|\son\w+=/);
  });

  it("has one main heading, and no skipped heading level", () => {
    const levels = [...text.matchAll(/<h([1-6])/g)].map(([, level]) => Number(level));
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    for (const [index, level] of levels.entries())
      expect(level - (levels[index - 1] ?? 0)).toBeLessThanOrEqual(1);
  });

  it("has unique ids and no broken links within the page", () => {
    const ids = [...text.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, target] of text.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(target);
  });

  it("escapes markup in the document", () => {
    const info = { title: "<script>alert(1)</script>", version: '"><img src=x>' };
    const shown = String(docsPage({ ...document, info }));
    expect(shown).not.toMatch(/<script|<img/);
    expect(shown).toContain("&lt;script&gt;");
  });
});
