import { domainToASCII } from "node:url";

/**
 * The form in which addresses are compared: the local part in NFC and upper case, and the domain in ASCII (UTS 46). Upper case
 * has one form of letters that have two in lower case, such as `σ` and `ς`. The address as typed is stored with it, for display
 * and for mail.
 *
 * @example addressKeyOf("info@bücher.example") // "INFO@xn--bcher-kva.example"
 */
export function addressKeyOf(email: string): string {
  const address = email.trim();
  const at = address.lastIndexOf("@");
  const local = address.slice(0, at).normalize("NFC").toUpperCase().normalize("NFC");
  return `${local}@${asciiDomain(address.slice(at + 1))}`;
}

/**
 * The form in which the last release compared addresses. It is tried first, because it told apart users who have one address
 * now: they keep the spellings that they signed in with.
 *
 * @example emailKeyOf(" Ada@Example.test ") // "ada@example.test"
 */
export const emailKeyOf = (email: string): string => email.trim().normalize("NFC").toLowerCase();

/** What Node would read as the end of a host or decode. No domain of an address contains it. */
const URL_SYNTAX = /[%/\\?#:]/;

/** Node reads a host that ends in a number as an IPv4 address, which this label prevents. */
const LAST_LABEL = ".a";

/** A domain that UTS 46 does not take is compared without regard to case. */
function asciiDomain(domain: string): string {
  const ascii = URL_SYNTAX.test(domain) ? "" : domainToASCII(`${domain}${LAST_LABEL}`);
  return ascii === "" ? domain.normalize("NFC").toLowerCase() : ascii.slice(0, -LAST_LABEL.length);
}
