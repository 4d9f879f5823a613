const ENTITY_TAG = /^(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"$/;

/** A version that no policy has: what names it is refused. */
const NO_VERSION = 0;

/** The policy's version as an entity tag (RFC 9110 §8.8.3). */
export const entityTag = (version: number): string => `"${version}"`;

/**
 * The version that a call's `If-Match` asks for (RFC 9110 §13.1.1): undefined where any will do, and one that never is
 * where none of its tags can be the current one. Weak tags never match.
 *
 * @param header the `If-Match` as it came
 * @param current reads the version as it stands, for a list of several
 */
export async function expectedVersion(
  header: string | undefined,
  current: () => Promise<number>,
): Promise<number | undefined> {
  if (header === undefined || header.trim() === "*") return undefined;
  const versions = header.split(",").flatMap((tag) => versionIn(tag.trim()));
  if (versions.length <= 1) return versions[0] ?? NO_VERSION;
  const version = await current();
  return versions.includes(version) ? version : NO_VERSION;
}

function versionIn(tag: string): number[] {
  const [, weak, text] = ENTITY_TAG.exec(tag) ?? [];
  const version = Number(text);
  return weak === undefined && text !== undefined && entityTag(version) === tag ? [version] : [];
}
