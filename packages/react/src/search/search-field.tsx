import { useId } from "react";
import { useTexts } from "../session/context.js";
import type { Texts } from "../texts/texts.js";
import type { Found } from "./found.js";
import type { Search } from "./use-search.js";

/** The most code points that the server takes. */
const LENGTH_MAX = 254;

/**
 * A field that searches as one types, by name or e-mail. Escape empties it.
 *
 * @param found told in words below the field and announced politely; null if that is not known
 * @param label default: **Search**
 * @example <SearchField search={search} found={{ q, items: members, hasMore: false }} />
 */
export function SearchField({
  search: { text, setText },
  found,
  label,
}: {
  search: Search;
  found: Found | null;
  label?: string;
}) {
  const { search: texts } = useTexts();
  const id = useId();
  return (
    <div className="curfew-field curfew-search">
      <label htmlFor={id} className="curfew-label">
        {label ?? texts.label}
      </label>
      <input
        id={id}
        type="search"
        className="curfew-input"
        placeholder={texts.hint}
        maxLength={LENGTH_MAX}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          // Escape also ends the composition of a character.
          if (event.key !== "Escape" || text === "" || event.nativeEvent.isComposing) return;
          event.preventDefault();
          setText("");
        }}
      />
      <p role="status" className="curfew-quiet">
        {found && found.q !== "" && foundText(found, texts)}
      </p>
    </div>
  );
}

const foundText = ({ q, items: { length }, hasMore }: Found, texts: Texts["search"]): string =>
  length === 0 ? texts.nobody(q) : texts.found(length, hasMore);
