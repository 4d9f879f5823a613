import type { Device } from "@curfew/core";
import Bowser from "bowser";

const LONGEST_TEXT = 512;

/** The product token that programs name themselves by (RFC 9110 §10.1.5): `curl/8.5.0`. */
const PRODUCT = /^([\w.-]{1,64})(?:\/|$)/;

/** Cuts a text that a client sends about itself to 512 code points, and strips what a database can't keep. */
const cutText = (text: string): string =>
  Array.from(text.replaceAll("\0", "").slice(0, 2 * LONGEST_TEXT))
    .slice(0, LONGEST_TEXT)
    .join("");

/**
 * Names a device for people, "Firefox on Linux"; null where the user agent says nothing of use.
 *
 * @param userAgent as the client sent it, cut to 512
 */
function deviceLabel(userAgent: string): string | null {
  if (userAgent.trim() === "") return null;
  const { browser, os } = Bowser.parse(userAgent);
  const name = browser.name || (PRODUCT.exec(userAgent)?.[1] ?? "");
  if (name === "" || name === "Mozilla") return os.name ?? null;
  return os.name ? `${name} on ${os.name}` : name;
}

/** Describes where a call comes from. */
export function deviceOf(userAgent: string | undefined, ip: string | null): Device {
  const agent = userAgent === undefined ? null : cutText(userAgent);
  return { label: agent === null ? null : deviceLabel(agent), userAgent: agent, ip };
}
