import { defineRoute, wireTime } from "@curfew/http";
import { configSchema } from "@curfew/http/wire";
import { VERSION } from "../package-files.js";

export interface ConfigSource {
  readonly registration: "open" | "closed";
  readonly warningSeconds: number;
  now(): number;
  hasAccount(): Promise<boolean>;
}

/** `GET /api/config` */
export const configRoute = (source: ConfigSource) =>
  defineRoute({
    method: "GET",
    path: "/api/config",
    operationId: "getConfig",
    summary: "What a client needs to know before sign-in",
    tags: ["Around it"],
    auth: "none",
    responses: { 200: { description: "The configuration", schema: configSchema } },
    errors: ["unavailable"],
    handler: async () => ({
      status: 200,
      body: {
        registration: source.registration,
        first_run: !(await source.hasAccount()),
        warning_seconds: source.warningSeconds,
        now: wireTime(source.now()),
        version: VERSION,
      },
    }),
  });
