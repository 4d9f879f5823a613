import type { SessionItem } from "@curfew/client";
import { useRef } from "react";
import { tellDone } from "../../app/toasts/toasts.js";
import { Rows } from "../account/rows.js";
import { OwnSessionRow } from "./own-session-row.js";

/** The person's sessions, in the order given, each with its **Sign out**. */
export function OwnSessionList({ items }: { items: readonly SessionItem[] }) {
  const list = useRef<HTMLUListElement>(null);
  const onEnded = () => {
    tellDone("1 session signed out");
    // The row leaves with the button that had the focus.
    list.current?.focus();
  };
  if (items.length === 0) return <p className="text-quiet">No session is open any more.</p>;
  return (
    <Rows label="Your sessions" ref={list}>
      {items.map((item) => (
        <OwnSessionRow key={item.id} item={item} onEnded={onEnded} />
      ))}
    </Rows>
  );
}
