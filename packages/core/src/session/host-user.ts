import type { HostUser } from "../store-governed.js";

/** More is of no use in a list, and people choose their own names. */
const MAX_TEXT_LENGTH = 1024;

/**
 * A user as a host says, without what else the host's object may hold. Name and e-mail are cut to 1,024 UTF-16 code units, and half
 * of a surrogate pair becomes U+FFFD, since UTF-8 has none.
 */
export const hostUserOf = ({ id, name, email, role }: HostUser): HostUser => ({
  id,
  name: storable(name),
  email: storable(email),
  role,
});

const storable = (text: string): string =>
  text.slice(0, MAX_TEXT_LENGTH).replace(/\p{Surrogate}/gu, "\uFFFD");
