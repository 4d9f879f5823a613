/**
 * Puts a text on the clipboard (Clipboard API).
 *
 * @param clipboard null or absent where the page has none: over plain http, or where the browser forbids it
 * @returns whether it is there now
 */
export async function copyText(
  text: string,
  clipboard: Pick<Clipboard, "writeText"> | undefined = navigator.clipboard,
): Promise<boolean> {
  try {
    if (clipboard === undefined) return false;
    await clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
