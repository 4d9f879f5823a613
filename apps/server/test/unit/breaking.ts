import type { People } from "../../src/people.js";

/** People whose sessions begin as ever, and whose transaction breaks at its end. */
export const breakingAtTheEnd = ({ curfew }: People): Partial<People> => ({
  curfew: {
    ...curfew,
    sessions: {
      ...curfew.sessions,
      start: (input) =>
        curfew.sessions.start({
          ...input,
          *alongside() {
            if (input.alongside !== undefined) yield* input.alongside();
            throw new Error("the power went");
          },
        }),
    },
  },
});
