import type { Device } from "@curfew/core";
import Bowser from "bowser";
import { type Call, incomingOf } from "./call.js";

const USER_AGENT_LENGTH_MAX = 512;

/** The leading product token, by which programs name themselves (RFC 9110 §10.1.5): `curl/8.5.0`. */
const PRODUCT = /^([\w.-]{1,64})(?:\/|$)/;

/** The address of the connection's peer, on Node. IPv4 addresses that Node reports as IPv6 become plain IPv4. */
export function peerAddress(c: Call): string | null {
  return incomingOf(c.env).socket?.remoteAddress?.replace(/^::ffff:(?=\d+\.)/, "") ?? null;
}

/** Describes the client of a call, from its `User-Agent` and its address. */
export function deviceOf(userAgent: string | undefined, ip: string | null): Device {
  const text = userAgent === undefined ? null : cutUserAgent(userAgent);
  return { label: text === null ? null : deviceLabel(text), userAgent: text, ip };
}

/** Cuts to 512 code points, and removes NUL, which PostgreSQL can't store. */
const cutUserAgent = (text: string): string =>
  Array.from(text.replaceAll("\0", "").slice(0, 2 * USER_AGENT_LENGTH_MAX))
    .slice(0, USER_AGENT_LENGTH_MAX)
    .join("");

/** Parsing a user agent takes as long as a fifth of a refresh, so the labels of some are kept. */
const LABELS_MAX = 500;
const labels = new Map<string, string | null>();

function deviceLabel(userAgent: string): string | null {
  const known = labels.get(userAgent);
  if (known !== undefined) return known;
  const label = parseLabel(userAgent);
  if (labels.size >= LABELS_MAX) labels.clear();
  labels.set(userAgent, label);
  return label;
}

/** Labels a device for display, as in "Firefox on Linux"; null if the user agent names neither. */
function parseLabel(userAgent: string): string | null {
  if (userAgent.trim() === "") return null;
  const { browser, os } = Bowser.parse(userAgent);
  const name = browser.name || (PRODUCT.exec(userAgent)?.[1] ?? "");
  if (name === "" || name === "Mozilla") return os.name ?? null;
  return os.name ? `${name} on ${os.name}` : name;
}
