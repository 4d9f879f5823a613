import { createHash } from "node:crypto";
import { isIP } from "node:net";

const HEXTETS = 8;
const HEXTETS_PER_NETWORK = 4;
const HEXTETS_PER_SITE = 3;

/**
 * The canonical spelling of an IP address: IPv4-mapped IPv6 as IPv4, IPv6 as in RFC 5952 without a zone. Null if the text is
 * not an address.
 */
export function canonicalAddress(text: string): string | null {
  const [address = ""] = text.split("%", 1);
  const family = isIP(address);
  if (family === 0) return null;
  if (family === 4) return address;
  const compressed = new URL(`http://[${address}]`).hostname.slice(1, -1);
  return mappedIpv4(expand(compressed)) ?? compressed;
}

/**
 * The network of an address, which usually is one customer's: an IPv4 address itself, also one behind NAT64 (RFC 6052 §2.1), or the
 * /64 of another IPv6 address. `unknown` if the text is not an address.
 *
 * @example networkOf("64:ff9b::192.0.2.1") // "192.0.2.1"
 */
export function networkOf(text: string): string {
  const address = canonicalAddress(text);
  if (address === null) return "unknown";
  if (!address.includes(":")) return address;
  const hextets = expand(address);
  return translatedIpv4(hextets) ?? blockOf(hextets.slice(0, HEXTETS_PER_NETWORK));
}

/**
 * The site that a network belongs to: the /48 of an IPv6 network, of which one customer can have all 65,536. Any other network
 * is its own site.
 *
 * @param network in the form of `networkOf`
 * @example siteOf("2001:db8:1:2::/64") // "2001:db8:1::/48"
 */
export function siteOf(network: string): string {
  const [prefix = "", length] = network.split("::/");
  return length === undefined ? network : blockOf(prefix.split(":", HEXTETS_PER_SITE));
}

/** The length of `networkDigestOf`, in characters of base64url: 72 bits. */
export const NETWORK_DIGEST_LENGTH = 12;

/**
 * A digest of an address's network, of a fixed length, for comparing networks. Null without an address. It has no key,
 * because replicas have different first keys while the secret is changed, and the same client would seem to move.
 */
export function networkDigestOf(ip: string | null): string | null {
  if (ip === null || canonicalAddress(ip) === null) return null;
  return createHash("sha256").update(networkOf(ip)).digest("base64url").slice(0, NETWORK_DIGEST_LENGTH);
}

/** A CIDR block, spelled with all hextets of its prefix. */
const blockOf = (prefix: readonly (number | string)[]): string =>
  `${prefix.map((hextet) => hextet.toString(16)).join(":")}::/${16 * prefix.length}`;

/** The eight numbers of a compressed IPv6 address. */
function expand(compressed: string): number[] {
  const [head = "", tail] = compressed.split("::");
  const numbers = (part: string): number[] =>
    part === "" ? [] : part.split(":").map((hextet) => Number.parseInt(hextet, 16));
  const before = numbers(head);
  if (tail === undefined) return before;
  const after = numbers(tail);
  return [...before, ...new Array<number>(HEXTETS - before.length - after.length).fill(0), ...after];
}

const mappedIpv4 = (hextets: readonly number[]): string | null =>
  startsWith(hextets, [0, 0, 0, 0, 0, 0xffff]) ? ipv4AtTheEndOf(hextets) : null;

/** The IPv4 address of `64:ff9b::/96`, which a NAT64 gateway translates. */
const translatedIpv4 = (hextets: readonly number[]): string | null =>
  startsWith(hextets, [0x64, 0xff9b, 0, 0, 0, 0]) ? ipv4AtTheEndOf(hextets) : null;

const startsWith = (hextets: readonly number[], prefix: readonly number[]): boolean =>
  prefix.every((hextet, index) => hextets[index] === hextet);

function ipv4AtTheEndOf(hextets: readonly number[]): string {
  const [high = 0, low = 0] = hextets.slice(6);
  return [high >> 8, high & 0xff, low >> 8, low & 0xff].join(".");
}
