import type { Invited } from "@curfew/client";
import { Moment } from "@curfew/react";
import { Copy } from "lucide-react";
import { useEffect, useId, useRef, useState } from "react";
import { copyText } from "./copy-text.js";

const TOLD = {
  nothing: "",
  copied: "Copied",
  selected: "Copying is not allowed here. The link is selected: copy it with Ctrl+C, on a Mac ⌘C.",
};

/** The link that somebody joins with, in full, and **Copy link**. It is shown here and never again. */
export function InvitationLink({ invited: { member, invitation } }: { invited: Invited }) {
  const id = useId();
  const heading = useRef<HTMLHeadingElement>(null);
  const link = useRef<HTMLElement>(null);
  const [told, setTold] = useState<keyof typeof TOLD>("nothing");
  useEffect(() => heading.current?.focus(), []);
  const copy = async () => {
    setTold("nothing");
    const isCopied = await copyText(invitation.url, navigator.clipboard ?? null);
    if (!isCopied && link.current !== null) window.getSelection()?.selectAllChildren(link.current);
    setTold(isCopied ? "copied" : "selected");
  };
  return (
    <section className="curfew-card" aria-labelledby={id}>
      <h2 ref={heading} id={id} tabIndex={-1} className="wrap-anywhere">
        Invitation for {member.name}
      </h2>
      <p>
        Send this link to <span className="wrap-anywhere">{member.email}</span>. It works once, until{" "}
        <Moment at={invitation.expires_at} as="clock" />, and is not shown again.
      </p>
      <code ref={link} className="bg-sunken rounded p-3 text-sm break-all select-all">
        {invitation.url}
      </code>
      <div className="flex flex-wrap items-center gap-3">
        <button type="button" className="curfew-button" onClick={() => void copy()}>
          <Copy size={16} aria-hidden="true" /> Copy link
        </button>
        <span role="status">{TOLD[told]}</span>
      </div>
    </section>
  );
}
