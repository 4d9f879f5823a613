import { isIP } from "node:net";
import { bad, good, type Parsed } from "./parsers.js";

/** An IP address or a CIDR block (RFC 4632 §3.1, RFC 4291 §2.3). */
export function addressBlock(text: string): Parsed<string> {
  const [address = "", prefix, ...rest] = text.split("/");
  const family = isIP(address);
  const longest = family === 4 ? 32 : 128;
  const prefixFits = prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= longest);
  return family !== 0 && !address.includes("%") && prefixFits && rest.length === 0
    ? good(text)
    : bad("must be addresses or CIDR blocks, such as 10.0.0.0/8 or 2001:db8::1");
}
