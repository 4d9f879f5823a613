import { createHash } from "node:crypto";

/** Whose password is tried, and from where. */
export interface Attempt {
  /** The e-mail as it is compared. */
  readonly emailKey: string;
  readonly network: string;
}

/** The key under which a network's failures are counted. */
export const networkKey = (network: string): string => digest(`network ${network}`);

/** The key under which an e-mail's failures from one network are counted. */
export const attemptKey = ({ network, emailKey }: Attempt): string => digest(`email ${network} ${emailKey}`);

/** Of one length, however long an e-mail is; no network has a space in it. */
const digest = (text: string): string => createHash("sha256").update(text).digest("base64url");
