/**
 * Puts a text on the clipboard (Clipboard API).
 *
 * @param clipboard null where the page has none, as over plain http
 * @returns whether it is there now: the browser may forbid it
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
