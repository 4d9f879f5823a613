interface Choice {
  readonly type: string;
  readonly quality: number;
}

const isRange = ({ type }: Choice): boolean => type.endsWith("/*");

/**
 * Whether an `Accept` header (RFC 9110 §12.5.1) prefers one media type to another.
 *
 * @param otherwise the type that is answered if the header names neither
 */
export function prefers(header: string | undefined, type: string, otherwise: string): boolean {
  const choices = (header ?? "").split(",").map(choiceOf);
  const named = new Set(choices.map((choice) => choice.type));
  const includes = (choice: Choice, candidate: string): boolean =>
    choice.type === candidate ||
    (isRange(choice) && candidate.startsWith(choice.type.slice(0, -1)) && !named.has(candidate));
  const best = choices
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality || Number(isRange(a)) - Number(isRange(b)))
    .find((choice) => includes(choice, type) || includes(choice, otherwise));
  return best !== undefined && !includes(best, otherwise);
}

function choiceOf(text: string): Choice {
  const [type = "", ...parameters] = text.split(";").map((part) => part.trim().toLowerCase());
  const quality = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2);
  return { type, quality: quality === undefined ? 1 : Number(quality) || 0 };
}
