import type { Migration } from "../migrate.js";

const columns = [
  "rotation_networks TEXT",
  "shared_generation BIGINT",
  "shared_rotations BIGINT NOT NULL DEFAULT 0",
  "seen_label TEXT",
  "seen_user_agent TEXT",
  "seen_ip TEXT",
  "device_changed_at BIGINT",
];

const additions = columns.map((column) => `ADD COLUMN ${column}`);
const alter = (change: string): string => `ALTER TABLE curfew_sessions ${change}`;

/** Which networks rotated a session's token, which one shared it, and the client of the newest refresh. */
export const lastSeenMigration: Migration = {
  name: "0004-last-seen",
  statements: {
    // SQLite adds one column at a time, and a strict table knows no BIGINT.
    sqlite: additions.map((addition) => alter(addition.replace("BIGINT", "INTEGER"))),
    postgres: [alter(additions.join(", "))],
  },
};
