import { SessionDeadlines, useUnsavedInput } from "@curfew/react";
import { useState } from "react";
import type { WORDS } from "./language.js";

/** Notes that live as long as the page; one being written is unsaved input. */
export function Notes({ words }: { words: (typeof WORDS)["en"] }) {
  const [kept, setKept] = useState<readonly string[]>([]);
  const [draft, setDraft] = useState("");
  useUnsavedInput(draft !== "");
  const keep = () => {
    setKept([draft, ...kept]);
    setDraft("");
  };
  return (
    <>
      <h1>{words.notes}</h1>
      <SessionDeadlines size="large" />
      <label className="note">
        {words.note}
        <textarea rows={4} value={draft} onChange={(event) => setDraft(event.currentTarget.value)} />
      </label>
      <button type="button" disabled={draft === ""} onClick={keep}>
        {words.keep}
      </button>
      <ul aria-label={words.kept}>
        {kept.map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
    </>
  );
}
