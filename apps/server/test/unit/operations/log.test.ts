import { describe, expect, it } from "vitest";
import {
  createLog,
  describeError,
  type LogFields,
  type LogSeverity,
  logSharedAddress,
} from "../../../src/operations/log.js";
import { LOG_LEVELS, type LogLevel } from "../../../src/settings/model.js";

function logged(
  level: LogLevel,
  write: (log: ReturnType<typeof createLog>) => void,
): Record<string, unknown>[] {
  const lines: string[] = [];
  write(createLog(level, { write: (line) => void lines.push(line) }));
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe("a log line", () => {
  it("lists users who share an address by their ids", () => {
    const shared = {
      user: { accountId: "a", userId: "u" },
      owner: { accountId: "b", userId: "v" },
    };
    expect(logged("info", (log) => logSharedAddress(log)(shared))).toMatchObject([
      { level: "warn", accountId: "a", userId: "u", otherAccountId: "b", otherUserId: "v" },
    ]);
  });

  it("is JSON with level name, time and message", () => {
    const [line] = logged("info", (log) => log("info", "ready", { port: 4000 }));
    expect(line).toEqual({
      level: "info",
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      port: 4000,
      msg: "ready",
    });
  });

  it("contains every allowed field", () => {
    const fields: LogFields = {
      requestId: "r",
      method: "GET",
      route: "/api/users/me/sessions/{id}",
      status: 503,
      code: "unavailable",
      durationMs: 1.5,
      accountId: "a",
      userId: "u",
      otherAccountId: "b",
      otherUserId: "v",
      sessionId: "s",
      setting: "PORT",
      signal: "SIGTERM",
      port: 1,
      version: "1",
      setupToken: "t",
    };
    expect(logged("info", (log) => log("info", "request", fields))[0]).toMatchObject(fields);
  });

  it("drops fields and values that are not allowed", () => {
    const fields = {
      status: 200,
      password: "hunter2",
      headers: { authorization: "hunter2" },
      route: { toString: () => "hunter2" },
      requestId: ["hunter2"],
    };
    const [line] = logged("trace", (log) => log("info", "request", fields as unknown as LogFields));
    expect(line).toMatchObject({ status: 200 });
    expect(JSON.stringify(line)).not.toContain("hunter2");
  });

  it("contains an error without its message", () => {
    const [line] = logged("info", (log) => log("error", "request failed", { error: new Error("hunter2") }));
    expect(line).toMatchObject({ error: { name: "Error" } });
    expect(JSON.stringify(line)).not.toContain("hunter2");
  });
});

describe("the log level", () => {
  const severities = LOG_LEVELS.filter((level): level is LogSeverity => level !== "silent");

  it.each(LOG_LEVELS)("%s logs lines of the same or higher severity", (level) => {
    const lines = logged(level, (log) => {
      for (const severity of severities) log(severity, "request");
    });
    const expected = level === "silent" ? [] : severities.slice(severities.indexOf(level));
    expect(lines.map(({ level: shown }) => shown)).toEqual(expected);
  });
});

describe("a described error", () => {
  it("has the error's name, code and stack frames", () => {
    const error = Object.assign(new TypeError("x"), { code: "ERR_X" });
    const described = describeError(error);
    expect(described).toMatchObject({ name: "TypeError", code: "ERR_X" });
    expect(described.frames[0]).toMatch(/^at .*log\.test\.ts:\d+:\d+/);
  });

  it("does not contain the message, which can quote input", () => {
    const parsing = (): unknown => JSON.parse('{"password": hunter2}');
    const error = (() => {
      try {
        return parsing();
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(String(error)).toContain("hunter2");
    expect(JSON.stringify(describeError(error))).not.toContain("hunter2");
  });

  it("does not contain message lines that look like frames", () => {
    const error = new Error("first\n    at hunter2 (password)\n    at hunter2\nat file:///x 'hunter2':1:1");
    expect(JSON.stringify(describeError(error))).not.toContain("hunter2");
  });

  it("describes up to four nested causes", () => {
    let error = new Error("0 hunter2");
    for (let depth = 1; depth < 10; depth += 1) error = new Error(`${depth} hunter2`, { cause: error });
    const text = JSON.stringify(describeError(error));
    expect(text).not.toContain("hunter2");
    expect(text.match(/"cause"/g)).toHaveLength(4);
  });

  it("describes at most four causes of a circular chain", () => {
    const error = new Error("round");
    error.cause = error;
    expect(JSON.stringify(describeError(error)).match(/"cause"/g)).toHaveLength(4);
  });

  it.each([["hunter2"], [{ password: "hunter2" }], [null], [undefined], [7]])(
    "contains only the type of a thrown value that is not an error (%j)",
    (thrown) => {
      expect(describeError(thrown)).toEqual({ name: typeof thrown, frames: [] });
    },
  );

  it("contains at most twenty frames", () => {
    const error = new Error("deep");
    error.stack = `Error: deep\n${"    at f (file:///a.js:1:1)\n".repeat(50)}`;
    expect(describeError(error).frames).toHaveLength(20);
  });
});
