import { Fragment, type ReactNode } from "react";
import { type English, t } from "./translate.js";

/**
 * A text in the person's language with elements in it, which stand where that language wants them.
 *
 * @param text in English, with a placeholder in braces for each element
 * @example tParts("Send this link to {email}.", { email: <b>{email}</b> })
 */
export const tParts = (text: English, parts: Readonly<Record<string, ReactNode>>): ReactNode[] =>
  // Every second piece is the name of a placeholder.
  t(text)
    .split(/\{(\w+)\}/)
    .map((piece, index) => (index % 2 === 0 ? piece : <Fragment key={piece}>{parts[piece]}</Fragment>));
