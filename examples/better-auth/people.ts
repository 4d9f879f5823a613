import { getMigrations } from "better-auth/db/migration";
import { auth } from "./auth.js";

const PEOPLE = { ada: "Ada Park", ben: "Ben Ito", cleo: "Cleo Marsh", dee: "Dee Voss" };
const PASSWORD = "an example password";

/** Creates the tables and the people of this example at its first start. */
export async function createPeople() {
  await (await getMigrations(auth.options)).runMigrations();
  const { adapter } = await auth.$context;
  if ((await adapter.count({ model: "user" })) > 0) return;
  const ids: Record<string, string> = {};
  for (const [key, name] of Object.entries(PEOPLE)) {
    const body = { name, email: `${key}@example.com`, password: PASSWORD };
    ids[key] = (await auth.api.signUpEmail({ body })).user.id;
  }
  const create = async (name: string, owner: string) => {
    const body = { name, slug: name.toLowerCase(), userId: ids[owner] ?? "" };
    const { id } = await auth.api.createOrganization({ body });
    for (const [member, role] of [
      ["ben", "member"],
      ["dee", "admin"],
    ] as const)
      await auth.api.addMember({ body: { organizationId: id, userId: ids[member] ?? "", role } });
  };
  await create("Acme", "ada");
  await create("Globex", "cleo");
}
