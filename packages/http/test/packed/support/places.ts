import { join } from "node:path";

export const ROOT = join(import.meta.dirname, "../../../../..");

export const PACKAGES = ["core", "sql", "http", "client", "react", "better-auth"] as const;

export type PackageName = (typeof PACKAGES)[number];
