/** Whether a count takes the singular. The rules are made when they are asked: no page waits for them as it loads. */
export const isOne = (count: number): boolean => new Intl.PluralRules("en").select(count) === "one";
