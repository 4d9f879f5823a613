import { isIP } from "node:net";

const HEXTETS = 8;
const HEXTETS_OF_A_NETWORK = 4;

/**
 * The one spelling of an IP address: IPv4 mapped into IPv6 is IPv4, IPv6 is as RFC 5952 has it, without a zone.
 * Null for what is no address.
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
 * The network that an address is counted under: an IPv4 address by itself, an IPv6 address by its /64, which is what
 * one customer has.
 */
export function networkOf(text: string): string {
  const address = canonicalAddress(text);
  if (address === null) return "unknown";
  if (!address.includes(":")) return address;
  const prefix = expand(address).slice(0, HEXTETS_OF_A_NETWORK);
  return `${prefix.map((hextet) => hextet.toString(16)).join(":")}::/64`;
}

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

function mappedIpv4(hextets: readonly number[]): string | null {
  const [high = 0, low = 0] = hextets.slice(6);
  const isMapped = hextets[5] === 0xffff && hextets.slice(0, 5).every((hextet) => hextet === 0);
  return isMapped ? [high >> 8, high & 0xff, low >> 8, low & 0xff].join(".") : null;
}
