import { useEffect } from "react";

/** Screen readers know a new live region after this time. */
const NEW_REGION_MS = 200;

/**
 * Announces a text in the open modal dialog, if there is one, of the host too: nothing outside of it is announced meanwhile.
 *
 * @param role of the live region
 * @param text null: nothing
 */
export function useModalAnnouncement(role: "status" | "alert", text: string | null): void {
  useEffect(() => {
    const modal = [...document.querySelectorAll("dialog:modal, [aria-modal=true]")].at(-1);
    if (text === null || modal === undefined) return;
    const region = document.createElement("div");
    region.className = "curfew-hidden";
    region.role = role;
    modal.append(region);
    const timer = setTimeout(() => {
      region.textContent = text;
    }, NEW_REGION_MS);
    return () => {
      clearTimeout(timer);
      region.remove();
    };
  }, [role, text]);
}
