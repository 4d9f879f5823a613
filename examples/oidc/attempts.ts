import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import type { Attempt } from "./provider-client.js";

const secret = Buffer.from(process.env["SESSIONS_SECRET"] ?? "", "base64");
const key = Buffer.from(hkdfSync("sha256", secret, "", "sign-in attempt", 32));
const macOf = (text: string) => createHmac("sha256", key).update(text).digest();

/** An attempt as a cookie keeps it: signed, or the browser could say how old the sign-in may be, and whose. */
export function sealAttempt(attempt: Attempt): string {
  const text = Buffer.from(JSON.stringify(attempt)).toString("base64url");
  return `${text}.${macOf(text).toString("base64url")}`;
}

/** Null for a browser that did not leave for the provider from here, and for an attempt that was altered. */
export function openAttempt(cookie: string): Attempt | null {
  const [text = "", mac = ""] = cookie.split(".");
  const [given, expected] = [Buffer.from(mac, "base64url"), macOf(text)];
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
  return JSON.parse(Buffer.from(text, "base64url").toString());
}
