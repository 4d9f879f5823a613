import { guardArguments } from "./arguments/guard.js";
import { describeMethods } from "./arguments/methods.js";
import { refuseFaultyOptions } from "./arguments/options.js";
import type { Curfew } from "./curfew.js";
import type { EngineContext } from "./engine/context.js";
import { createDeletion } from "./engine/deletion.js";
import { createEndings } from "./engine/endings.js";
import { createGoverned } from "./engine/governed/governed.js";
import { createKnownSessions } from "./engine/governed/known-sessions.js";
import { createRecall } from "./engine/governed/recall.js";
import { missingSession } from "./engine/missing-session.js";
import { peekSession } from "./engine/peek.js";
import { createPolicies } from "./engine/policies.js";
import { refreshSession } from "./engine/refresh.js";
import { createRevocations, endSession, signOut } from "./engine/revoke.js";
import { createSettledReader } from "./engine/settled.js";
import { startSession } from "./engine/start.js";
import { startSweeper } from "./engine/sweeper.js";
import { createUsers } from "./engine/users.js";
import { createVerify, createVerifyNow, refuseEnded, requireRecentSignIn } from "./engine/verify.js";
import { createWatchers } from "./engine/watch/watchers.js";
import { endedError, notFound } from "./errors.js";
import { createUuidv7 } from "./id.js";
import { deriveMacKey, deriveSigningKey } from "./keys.js";
import { type CurfewOptions, resolveOptions } from "./options.js";
import { type FeedFollower, followFeed } from "./revocation/follow.js";
import { searchPage } from "./search.js";
import { cacheOpenedTokens, createAccessTokens } from "./session/access-token.js";
import { createRefreshTokens } from "./session/refresh-token.js";

/**
 * Creates the engine on a store, and starts to follow the revocation feed and to sweep.
 *
 * @param options the store, the secrets, the issuer, and overrides of the defaults
 * @throws CurfewError `validation_failed` with every fault, named as the option
 * @example
 * const curfew = createCurfew({ store, secret, issuer: "https://app.example" });
 */
export function createCurfew<HostStatements = never>(
  options: CurfewOptions<HostStatements>,
): Curfew<HostStatements> {
  refuseFaultyOptions(options);
  const settings = resolveOptions(options);
  const { store } = options;
  const [firstSecret, ...otherSecrets] = settings.secrets;
  const macKeys = [deriveMacKey(firstSecret), ...otherSecrets.map(deriveMacKey)] as const;
  const signingKeys = [deriveSigningKey(firstSecret), ...otherSecrets.map(deriveSigningKey)] as const;

  const watchers = createWatchers({
    store,
    feed: {
      judge: (standing) => feed.judge(standing),
      hasRead: (sequence) => feed.hasRead(sequence),
      isFresh: () => feed.isFresh(),
      now: () => feed.now(),
    },
  });
  const endings = createEndings((cause) => settings.onTrouble({ kind: "listener_failed", cause }));
  const feed: FeedFollower = followFeed({
    store,
    clock: settings.clock,
    scheduler: settings.scheduler,
    tokenLifetimeMs: settings.accessTokenSeconds * 1000,
    onRows: watchers.onRows,
    onNewRows: endings.onNewRows,
    onRead: watchers.onRead,
    onLag: settings.onFeedRow,
    onTrouble: (cause) => settings.onTrouble({ kind: "feed_read_failed", cause }),
  });
  const sweeper = startSweeper(store, settings);
  const context: EngineContext = {
    store,
    readSettled: createSettledReader(store),
    settings,
    feed,
    watchers,
    sweepSoon: sweeper.soon,
    accessTokens: createAccessTokens(signingKeys, {
      issuer: settings.issuer,
      audience: settings.audience,
      acceptsIssuer: settings.acceptsIssuer,
      lifetimeSeconds: settings.accessTokenSeconds,
    }),
    refreshTokens: createRefreshTokens(macKeys),
    newId: createUuidv7(settings.randomBytes),
  };

  const deletion = createDeletion(context, store);
  const openToken = cacheOpenedTokens(context.accessTokens.open);

  const knownSessions = createKnownSessions(settings.accessTokenSeconds);

  const curfew: Curfew<HostStatements> = {
    sessions: {
      prepare: (accountId, userId) => store.readSignIn(accountId, userId),
      start: (input) => startSession(context, store, input),
      refresh: (refreshToken, refreshOptions = {}) => refreshSession(context, refreshToken, refreshOptions),
      verify: createVerify(context, openToken),
      verifyNow: createVerifyNow(context, openToken),
      refuseEnded: (accessToken) => refuseEnded(context, accessToken),
      peek: (refreshToken) => peekSession(context, refreshToken),
      async get(accountId, sessionId) {
        const settled = await context.readSettled(accountId, sessionId);
        if (settled === null) throw await missingSession(store, accountId, notFound(), { isProven: false });
        const { snapshot, fate } = settled;
        if (fate.state !== "live") throw endedError(fate);
        return { session: snapshot.session, user: snapshot.user, now: snapshot.now };
      },
      list: ({ search, ...input }) =>
        search === undefined
          ? store.listSessions(input)
          : searchPage({
              text: search,
              ...input,
              personOf: ({ user }) => user,
              list: (page) => store.listSessions({ ...input, ...page }),
            }),
      end: (input) => endSession(context, input),
      signOut: (refreshToken, signOutOptions = {}) => signOut(context, refreshToken, signOutOptions),
      named(refreshToken) {
        const claims = context.refreshTokens.parse(refreshToken);
        return claims && { accountId: claims.accountId, sessionId: claims.sessionId };
      },
      watch: watchers.watch,
    },
    governed: createGoverned(context, knownSessions, watchers.watch),
    policy: createPolicies(context),
    revoke: createRevocations(context),
    users: createUsers(context, store, deletion.deleteUser),
    accounts: deletion.accounts,
    events: {
      list: (input) => store.listEvents(input),
      record: (accountId, event, { foldKey } = {}) => store.recordEvent(accountId, event, foldKey),
    },
    jwks: { keys: signingKeys.map((key) => key.jwk) },
    settings: settings.policy,
    requireRecentSignIn: (authenticatedAt) =>
      requireRecentSignIn(authenticatedAt, feed.now(), settings.reauthMs),
    now: feed.now,
    feedHealth: feed.health,
    ready: feed.ready,
    onEnding: endings.onEnding,
    sweep: sweeper.sweep,
    close() {
      feed.stop();
      sweeper.stop();
      watchers.stop();
      endings.stop();
    },
  };
  const guarded = guardArguments(curfew, describeMethods(settings.policy));
  const recall = createRecall(feed, knownSessions, guarded.governed);
  return { ...guarded, governed: { ...guarded.governed, ...recall } };
}
