import { describe, expect, it } from "vitest";
import { createLog, type LogFields, type LogSeverity } from "../../../src/operations/log.js";
import { LOG_LEVELS, type LogLevel } from "../../../src/settings/model.js";

function logged(
  level: LogLevel,
  write: (log: ReturnType<typeof createLog>) => void,
): Record<string, unknown>[] {
  const lines: string[] = [];
  write(createLog(level, { write: (line) => void lines.push(line) }));
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe("A line of the log", () => {
  it("is JSON with its level as a word, its time and its sentence", () => {
    const [line] = logged("info", (log) => log("info", "ready", { port: 4000 }));
    expect(line).toEqual({
      level: "info",
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      port: 4000,
      msg: "ready",
    });
  });

  it("carries every field of the list", () => {
    const fields: LogFields = {
      requestId: "r",
      method: "GET",
      route: "/api/users/me/sessions/{id}",
      status: 503,
      code: "unavailable",
      durationMs: 1.5,
      accountId: "a",
      sessionId: "s",
      setting: "PORT",
      signal: "SIGTERM",
      port: 1,
      version: "1",
    };
    expect(logged("info", (log) => log("info", "request", fields))[0]).toMatchObject(fields);
  });

  it("carries nothing that is not on the list, whatever it is handed", () => {
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

  it("shows an error without its message", () => {
    const [line] = logged("info", (log) => log("error", "request failed", { error: new Error("hunter2") }));
    expect(line).toMatchObject({ error: { name: "Error" } });
    expect(JSON.stringify(line)).not.toContain("hunter2");
  });
});

describe("The level", () => {
  const severities = LOG_LEVELS.filter((level): level is LogSeverity => level !== "silent");

  it.each(LOG_LEVELS)("%s lets through what is as grave or graver", (level) => {
    const lines = logged(level, (log) => {
      for (const severity of severities) log(severity, "request");
    });
    const expected = level === "silent" ? [] : severities.slice(severities.indexOf(level));
    expect(lines.map(({ level: shown }) => shown)).toEqual(expected);
  });
});
