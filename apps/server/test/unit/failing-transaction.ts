import type { ServiceContext } from "../../src/service-context.js";

/** Overrides that make the transaction that starts a session fail after its last statement. */
export const failingAtCommit = ({ curfew }: ServiceContext): Partial<ServiceContext> => ({
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
