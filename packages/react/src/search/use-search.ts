import { useState } from "react";
import { useSettled } from "./use-settled.js";

/** How long a search waits for the next letter, in milliseconds. */
const WAIT_MS = 200;

/** What a search field holds, and what to ask the server for. */
export interface Search {
  readonly text: string;
  /** What is searched for: the text a moment after the last letter, trimmed; empty at once where the field is emptied. */
  readonly q: string;
  setText(text: string): void;
}

/**
 * The state of a search field. It follows the typing a moment behind, so that not every letter is a request.
 *
 * @example const search = useSearch(); return <SearchField search={search} found={found} />;
 */
export function useSearch(): Search {
  const [text, setText] = useState("");
  const wanted = text.trim();
  const settled = useSettled(wanted, wanted === "" ? 0 : WAIT_MS);
  return { text, q: wanted && settled, setText };
}
