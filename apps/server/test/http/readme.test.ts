import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { VARIABLES } from "../../src/settings/variables.js";
import { availableCurls, markedBlocks, matchesExample, runSteps } from "../harness/readme-steps.js";
import { startService } from "../harness/service.js";

const rootUrl = (path: string): URL => new URL(`../../../../${path}`, import.meta.url);
const EMBED = "examples/embed/embed.ts";

const readme = await readFile(rootUrl("README.md"), "utf8");
const blocks = markedBlocks(readme);

describe("the README's walkthrough", () => {
  test.each(availableCurls())("prints the documented responses, with curl (%s)", async (curl) => {
    const service = await startService();
    try {
      const marked = blocks
        .filter((block) => block.mark === "walk")
        .map((block) => ({ ...block, text: block.text.replaceAll("http://localhost:4000", service.url) }));
      const steps = marked.filter((block) => block.language === "sh");
      expect(steps.length).toBeGreaterThan(10);
      const printed = await runSteps(
        steps.map((step) => step.text),
        curl,
      );
      expect(printed).toHaveLength(steps.length);
      for (const [index, step] of steps.entries()) {
        const example = marked[marked.indexOf(step) + 1];
        if (example === undefined || example.language === "sh") continue;
        const text = printed[index] ?? "";
        expect
          .soft(matchesExample(text, example.text), `${step.text}printed\n${text}\nnot\n${example.text}`)
          .toBe(true);
      }
    } finally {
      await service.kill();
      await rm(service.dataDir, { recursive: true, force: true });
    }
  });

  test("does not match a response that differs in one word", () => {
    const example = '{ "revoked_count": 2, "at": "…" }';
    expect(matchesExample('{"revoked_count":2,"at":"2026-11-24T09:22:11.999Z"}', example)).toBe(true);
    expect(matchesExample('{"revoked_count":1,"at":"2026-11-24T09:22:11.999Z"}', example)).toBe(false);
    expect(matchesExample('{"revoked_count":2,"at":"2026-11-24T09:22:11.999Z"} and more', example)).toBe(
      false,
    );
  });
});

describe("the README's embedding example", () => {
  let directory: string;
  let embed: typeof import("../../../../examples/embed/embed.js");
  const actor = { userId: "the-admin", sessionId: null, ip: null };

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "curfew-embed-"));
    Object.assign(process.env, {
      SESSIONS_DB: join(directory, "sessions.db"),
      SESSIONS_SECRET: randomBytes(32).toString("base64"),
    });
    embed = await import("../../../../examples/embed/embed.js");
  });

  afterAll(async () => {
    await rm(directory, { recursive: true, force: true });
  });

  test("is the file that it names, with at most 30 lines of code", async () => {
    const [block] = blocks.filter(({ mark }) => mark === "embed");
    expect(block?.text).toBe(await readFile(rootUrl(EMBED), "utf8"));
    expect(block?.text.split("\n").filter((line) => line.trim() !== "").length).toBeLessThanOrEqual(30);
  });

  test("starts a session, refreshes it, shortens it, and ends it with its reason", async () => {
    const ben = { id: "ben", name: "Ben", email: "ben@acme.example" };
    const grant = await embed.begin("acme", ben);
    expect(await embed.whoCalls(grant.accessToken)).toEqual({ userId: "ben" });

    const renewed = await embed.renew(grant.refreshToken, 0, "192.0.2.1");
    expect(renewed.session).toMatchObject({ id: grant.session.id, idleMinutes: 60, generation: 1 });

    const policy = await embed.tighten("acme", actor);
    expect(policy).toMatchObject({ preset: "strict", sessionsShortened: 1, sessionsEnded: 0 });
    await expect(embed.whoCalls(renewed.accessToken)).rejects.toMatchObject({ code: "token_expired" });

    const strict = await embed.renew(renewed.refreshToken, 0, "192.0.2.1");
    expect(strict.session).toMatchObject({ idleMinutes: 15, absoluteMinutes: 720 });
    expect(await embed.signEveryoneOut("acme", actor)).toBe(1);
    expect(await embed.whoCalls(strict.accessToken)).toEqual({ ended: "revoked_by_owner" });
  });
});

describe("the README's settings", () => {
  const rows = [...readme.matchAll(/^\| `([A-Z_]+)` \| (.+?) \| (.+) \|$/gm)];

  test("are the ones that the service reads, each once", () => {
    expect(rows.map(([, name]) => name).sort()).toEqual(Object.keys(VARIABLES).sort());
  });

  test.each(rows.map(([, name, example]) => [name as keyof typeof VARIABLES, example]))(
    "document the default of %s",
    (name, example) => {
      const parsed = VARIABLES[name](undefined);
      if (!parsed.ok) throw new Error(`${name} has no default`);
      const isNone = parsed.value === null || (Array.isArray(parsed.value) && parsed.value.length === 0);
      if (isNone) expect(example).toMatch(/^none$|^made once|\$PORT`$/);
      else expect(example).toBe(`\`${parsed.value}\``);
    },
  );
});

describe("the README's commands", () => {
  test("are scripts of the workspace's package.json", async () => {
    const { scripts } = JSON.parse(await readFile(rootUrl("package.json"), "utf8"));
    const named = [...readme.matchAll(/npm (?:run )?(start|test|demo)\b/g)].map(([, name]) => name ?? "");
    expect([...new Set(named)].sort()).toEqual(["demo", "start", "test"]);
    for (const name of named) expect(scripts).toHaveProperty(name);
  });
});
