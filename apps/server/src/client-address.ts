import { BlockList, isIP } from "node:net";

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
 * The network that an address is rate-limited by: an IPv4 address itself, also one behind NAT64 (RFC 6052 §2.1), or the /64 of
 * an IPv6 address (one customer's).
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

/** Finds the client's address from the connection's peer and the `X-Forwarded-For` header. */
export type ClientAddressOf = (peer: string, forwardedFor: string | undefined) => string;

/** More proxies than any installation has. A client that names thousands in the header must not cost their parsing. */
const MAX_HOPS = 32;

/**
 * Creates the lookup of the client behind trusted proxies: the right-most address of `X-Forwarded-For` that is not a trusted
 * proxy, or the peer if the peer is not trusted. Clients can forge all entries further left.
 *
 * @param trustedProxies validated addresses and CIDR blocks
 * @param onUntrusted called for a header of a peer that is no trusted proxy, which is ignored
 */
export function createClientAddressOf(
  trustedProxies: readonly string[],
  onUntrusted: () => void = () => undefined,
): ClientAddressOf {
  const trusted = new BlockList();
  for (const block of trustedProxies) addBlock(trusted, block);
  return (peer, forwardedFor) => {
    let client = canonicalAddress(peer) ?? peer;
    if (forwardedFor === undefined) return client;
    if (!isTrusted(trusted, client)) onUntrusted();
    let end = forwardedFor.length;
    for (let hops = 0; hops < MAX_HOPS && end >= 0 && isTrusted(trusted, client); hops += 1) {
      const start = end === 0 ? 0 : forwardedFor.lastIndexOf(",", end - 1) + 1;
      const next = canonicalAddress(withoutPort(forwardedFor.slice(start, end).trim()));
      if (next === null) break;
      client = next;
      end = start - 1;
    }
    return client;
  };
}

const familyOf = (address: string): "ipv4" | "ipv6" => (isIP(address) === 4 ? "ipv4" : "ipv6");

const isTrusted = (trusted: BlockList, address: string): boolean =>
  isIP(address) !== 0 && trusted.check(address, familyOf(address));

/** Some proxies add the port: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
function withoutPort(entry: string): string {
  const bracketed = /^\[(.+)\](?::\d+)?$/.exec(entry);
  if (bracketed?.[1] !== undefined) return bracketed[1];
  return /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(entry)?.[1] ?? entry;
}

/** Adds a CIDR block. An IPv4-mapped IPv6 block becomes the IPv4 block, whose prefix is 96 bits shorter. */
function addBlock(trusted: BlockList, block: string): void {
  const [host = "", length] = block.split("/");
  const address = canonicalAddress(host) ?? host;
  const mappedBits = familyOf(address) === "ipv4" && host.includes(":") ? 96 : 0;
  const addressBits = familyOf(address) === "ipv4" ? 32 : 128;
  const prefix = length === undefined ? addressBits : Math.max(0, Number(length) - mappedBits);
  trusted.addSubnet(address, prefix, familyOf(address));
}
