import type { Invited, Member, PasswordLink } from "@curfew/client";
import { breakable, Moment } from "@curfew/react";
import { Copy } from "lucide-react";
import { useEffect, useId, useRef, useState } from "react";
import { type English, t } from "../../text/translate.js";
import { tParts } from "../../text/translate-parts.js";

const STATUS_TEXTS = {
  idle: "",
  copied: "Copied",
  selected: "Copying is not allowed here. The link is selected: copy it with Ctrl+C, on a Mac ⌘C.",
} satisfies Record<string, English>;

/** A link that an owner has just made, and whom it is for. */
export interface ShownLink {
  readonly memberId: string;
  readonly heading: string;
  readonly email: string;
  readonly url: string;
  readonly expires_at: string;
}

export const shownInvitation = ({ member: { id, name, email }, invitation }: Invited): ShownLink => ({
  memberId: id,
  heading: t("Invitation for {name}", { name }),
  email,
  ...invitation,
});

export const shownPasswordLink = ({ id, name, email }: Member, link: PasswordLink): ShownLink => ({
  memberId: id,
  heading: t("Link to a new password for {name}", { name }),
  email,
  ...link,
});

/** A link and **Copy link**. The server returns it only once. */
export function OneTimeLink({ link: { heading: title, email, url, expires_at } }: { link: ShownLink }) {
  const id = useId();
  const heading = useRef<HTMLHeadingElement>(null);
  const link = useRef<HTMLElement>(null);
  const [status, setStatus] = useState<keyof typeof STATUS_TEXTS>("idle");
  useEffect(() => heading.current?.focus(), []);
  const copy = async () => {
    setStatus("idle");
    const isCopied = await copyText(url, navigator.clipboard ?? null);
    if (!isCopied && link.current !== null) window.getSelection()?.selectAllChildren(link.current);
    setStatus(isCopied ? "copied" : "selected");
  };
  return (
    <section className="curfew-card" aria-labelledby={id}>
      <h2 ref={heading} id={id} tabIndex={-1} className="wrap-anywhere">
        {title}
      </h2>
      <p>
        {tParts("Send this link to {email}. It works once, until {time}, and is not shown again.", {
          email: <span className="wrap-anywhere">{breakable(email)}</span>,
          time: <Moment at={expires_at} as="clock" />,
        })}
      </p>
      <code
        ref={link}
        className="bg-sunken rounded border border-transparent p-3 text-sm break-all select-all"
      >
        {url}
      </code>
      <div className="flex flex-wrap items-center gap-3">
        <button type="button" className="curfew-button" onClick={() => void copy()}>
          <Copy size={16} aria-hidden="true" /> {t("Copy link")}
        </button>
        <span role="status">{t(STATUS_TEXTS[status])}</span>
      </div>
    </section>
  );
}

/**
 * Copies a text to the clipboard (Clipboard API).
 *
 * @param clipboard null if the page has none, for example over plain HTTP
 * @returns whether the text was copied; the browser may forbid it
 */
export async function copyText(
  text: string,
  clipboard: Pick<Clipboard, "writeText"> | null,
): Promise<boolean> {
  if (clipboard === null) return false;
  try {
    await clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
