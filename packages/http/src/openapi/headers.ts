import type { RequestHeaderName, ResponseHeaderName } from "../route/define.js";

interface HeaderText {
  readonly description: string;
  readonly example?: string;
}

/** What the document says of a header that a call may carry. */
export const REQUEST_HEADERS: Readonly<Record<RequestHeaderName, HeaderText>> = {
  DPoP: {
    description:
      "A proof of the client's key (RFC 9449): ES256 or EdDSA, with htm, htu, iat within 60 s (or the nonce of a DPoP-Nonce header) and a jti that works once.",
  },
  "If-Match": { description: "The ETag of the version that is to be changed, or `*`.", example: '"7"' },
  Accept: { description: "The representation that is asked for." },
};

/** What it says of a header that an answer may carry. */
export const RESPONSE_HEADERS: Readonly<
  Record<ResponseHeaderName | "WWW-Authenticate" | "Allow", HeaderText>
> = {
  ETag: { description: "The policy's version, for If-Match.", example: '"7"' },
  "Set-Cookie": {
    description:
      "The refresh cookie: set where the token travels in a cookie, taken back where the session has ended.",
  },
  "Retry-After": { description: "Whole seconds until it is worth another try.", example: "1" },
  "DPoP-Nonce": { description: "A nonce for the next proof (RFC 9449 §8)." },
  Location: { description: "Where the new thing is." },
  "WWW-Authenticate": { description: "What would be accepted (RFC 6750 §3, RFC 9449 §7.1)." },
  Allow: { description: "The methods that the path has." },
};
