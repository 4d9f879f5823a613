import type { ReactNode } from "react";

/**
 * A text that may break before each `@`: a long e-mail address would break before its last letter.
 *
 * @example <p>{breakable(user.email)}</p>
 */
export const breakable = (text: string): ReactNode[] =>
  text.split("@").flatMap((piece, index) =>
    index === 0
      ? [piece]
      : [
          // biome-ignore lint/suspicious/noArrayIndexKey: the pieces have no other identity
          <wbr key={index} />,
          `@${piece}`,
        ],
  );
