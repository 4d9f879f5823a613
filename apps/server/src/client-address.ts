import { BlockList, isIP } from "node:net";
import { canonicalAddress } from "@curfew/core";

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
