/**
 * Reads a form's fields as they are on the page: password managers fill them without any event.
 *
 * @param names of the fields; one that the form does not have is empty
 * @example const { email, password } = readFields(event.currentTarget, ["email", "password"]);
 */
export function readFields<Name extends string>(
  form: HTMLFormElement,
  names: readonly Name[],
): Record<Name, string> {
  const data = new FormData(form);
  return Object.fromEntries(names.map((name) => [name, String(data.get(name) ?? "")])) as Record<
    Name,
    string
  >;
}
