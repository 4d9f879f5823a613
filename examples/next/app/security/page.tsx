import { currentPerson } from "../../lib/current-person";
import { OwnersPage, WithSession } from "../curfew";

export default async function Security() {
  const { role } = await currentPerson();
  return <WithSession>{role === "owner" ? <OwnersPage /> : <p>For owners.</p>}</WithSession>;
}
