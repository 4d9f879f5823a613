import { SessionDeadlines, useUnsavedInput } from "@curfew/react";
import { useState } from "react";
import type { Words } from "./language.js";

/** Notes that are kept until the page reloads. The draft counts as unsaved input. */
export function Notes({ words }: { words: Words }) {
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
