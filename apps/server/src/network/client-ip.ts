import { BlockList, isIP } from "node:net";
import { canonicalAddress } from "./address.js";

/** Tells which address a request comes from. */
export type ClientIp = (peer: string, forwardedFor: string | undefined) => string;

/**
 * Makes what finds the client behind trusted proxies: the right-most address of `X-Forwarded-For` that is none of them,
 * and the peer itself where that is not trusted. What stands further left anyone can have written.
 *
 * @param trustedProxies addresses and networks in CIDR notation, checked already
 */
export function createClientIp(trustedProxies: readonly string[]): ClientIp {
  const trusted = new BlockList();
  for (const block of trustedProxies) trust(trusted, block);
  return (peer, forwardedFor) => {
    let client = canonicalAddress(peer) ?? peer;
    if (forwardedFor === undefined) return client;
    for (const entry of forwardedFor.split(",").reverse()) {
      if (!isTrusted(trusted, client)) break;
      const next = canonicalAddress(withoutPort(entry.trim()));
      if (next === null) break;
      client = next;
    }
    return client;
  };
}

const familyOf = (address: string): "ipv4" | "ipv6" => (isIP(address) === 4 ? "ipv4" : "ipv6");

const isTrusted = (trusted: BlockList, address: string): boolean =>
  isIP(address) !== 0 && trusted.check(address, familyOf(address));

/** Some proxies write the port too: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
function withoutPort(entry: string): string {
  const bracketed = /^\[(.+)\](?::\d+)?$/.exec(entry);
  if (bracketed?.[1] !== undefined) return bracketed[1];
  return /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(entry)?.[1] ?? entry;
}

/** A block of IPv4 addresses mapped into IPv6 is a block of IPv4 addresses, 96 bits further. */
function trust(trusted: BlockList, block: string): void {
  const [host = "", length] = block.split("/");
  const address = canonicalAddress(host) ?? host;
  const bitsAdded = familyOf(address) === "ipv4" && host.includes(":") ? 96 : 0;
  const wholeAddress = familyOf(address) === "ipv4" ? 32 : 128;
  const prefix = length === undefined ? wholeAddress : Math.max(0, Number(length) - bitsAdded);
  trusted.addSubnet(address, prefix, familyOf(address));
}
