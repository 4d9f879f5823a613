/** A fenced block of a Markdown page: the words after the fence, and what stands in it. */
export interface Block {
  readonly language: string;
  /** What the block is for, as the page marks it: ```` ```sh walk ````. */
  readonly mark: string;
  readonly text: string;
}

/** The fenced blocks of a page that carry a mark, in order. */
export function markedBlocks(page: string): Block[] {
  const fences = page.matchAll(/^```(\w+) (\w+)\n([\s\S]*?)^```$/gm);
  return [...fences].map(([, language = "", mark = "", text = ""]) => ({ language, mark, text }));
}

/**
 * Tells whether a text is what a page shows of it: `…` stands for anything, and blanks and line breaks don't count.
 *
 * @param shown what the page shows
 */
export function isShownAs(text: string, shown: string): boolean {
  const parts = withoutBlanks(shown).split("…");
  const pattern = parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("[\\s\\S]*?");
  return new RegExp(`^${pattern}$`).test(withoutBlanks(text));
}

const withoutBlanks = (text: string): string => text.replace(/\s+/g, "");
