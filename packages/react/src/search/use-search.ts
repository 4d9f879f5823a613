import { useEffect, useState } from "react";

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
  const [q, setQ] = useState("");
  const wanted = text.trim();
  const change = (next: string) => {
    setText(next);
    if (next.trim() === "") setQ("");
  };
  useEffect(() => {
    const timer = setTimeout(() => setQ(wanted), WAIT_MS);
    return () => clearTimeout(timer);
  }, [wanted]);
  return { text, q, setText: change };
}
