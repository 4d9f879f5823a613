import { currentPerson } from "../lib/current-person";
import { WithSession } from "./curfew";

export default async function Home() {
  const { name } = await currentPerson();
  return (
    <WithSession>
      <h1>Hello {name}</h1>
      <label>
        Notes <textarea />
      </label>
    </WithSession>
  );
}
