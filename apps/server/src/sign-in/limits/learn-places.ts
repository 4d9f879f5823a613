import type { Curfew } from "@curfew/core";
import { together, type Unit } from "@curfew/sql";
import type { KnownPlaces, Place } from "./known-places.js";

/**
 * Wraps an engine so that sign-ins and refreshes teach the places of their users: a sign-in in its own transaction, a refresh
 * after its answer and at most once a day for a place.
 *
 * @param onError called if a place could not be stored after a refresh, which succeeds all the same
 */
export function learnPlaces(
  curfew: Curfew<() => Unit<void>>,
  places: KnownPlaces,
  onError: (error: unknown) => void,
): Curfew<() => Unit<void>> {
  const { sessions } = curfew;
  return {
    ...curfew,
    sessions: {
      ...sessions,
      async start(input) {
        const user = { accountId: input.accountId, userId: input.user.id };
        const place: Place = { ip: input.device?.ip ?? null, keyThumbprint: input.keyThumbprint ?? null };
        const remember = places.remembering(user, place);
        if (remember === null) return await sessions.start(input);
        const grant = await sessions.start({
          ...input,
          *alongside() {
            yield* together(...(input.alongside === undefined ? [] : [input.alongside()]), remember());
          },
        });
        places.remembered(user, place);
        return grant;
      },
      async refresh(refreshToken, options) {
        const grant = await sessions.refresh(refreshToken, options);
        const { accountId, userId, keyThumbprint } = grant.session;
        places.remember({ accountId, userId }, { ip: options?.ip ?? null, keyThumbprint }).catch(onError);
        return grant;
      },
    },
  };
}
