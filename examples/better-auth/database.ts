import Database from "better-sqlite3";

const { USERS_DB: path = "users.db" } = process.env;

/** The tables of better-auth, with its organizations. */
export const database = new Database(path);

/** Every session begins in the person's first organization, as better-auth's page on organizations has it. */
export async function firstOrganization(session: { userId: string }) {
  const statement = database.prepare("SELECT organizationId FROM member WHERE userId = ? ORDER BY createdAt");
  const activeOrganizationId = statement.pluck().get(session.userId) ?? null;
  return { data: { ...session, activeOrganizationId } };
}
