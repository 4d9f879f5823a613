import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readPasswordHash, replacePasswordHash } from "../../../src/accounts/credentials.js";
import { claimEmail, findByEmail } from "../../../src/accounts/directory.js";
import { type ServiceQueries, serviceQueries } from "../../../src/database/tables.js";
import {
  deleteInvitation,
  listInvitations,
  openInvitation,
  readInvitation,
} from "../../../src/invitations/invitation.js";
import { readInvitationToken } from "../../../src/invitations/link.js";
import { invite, register, type SignedIn } from "../acts.js";
import { createWorld, PASSWORD, type World } from "../world.js";

/** Every unit on the service's tables is asked: and what does another account see of it? */
describe("another account", () => {
  let world: World;
  let queries: ServiceQueries;
  let ada: SignedIn;
  let eve: SignedIn;
  beforeEach(async () => {
    world = await createWorld();
    queries = serviceQueries(world.database);
    ada = await register(world, "Ada");
    eve = await register(world, "Eve");
  });
  afterEach(() => world.close());

  const adas = () => ({ accountId: ada.accountId, userId: ada.userId });
  const adaSeenFromEve = () => ({ accountId: eve.accountId, userId: ada.userId });

  it("reads no password of a user's", async () => {
    const { read } = world.database;
    expect(await read(() => readPasswordHash(queries, adas()))).toBe(`new hash of ${PASSWORD}`);
    expect(await read(() => readPasswordHash(queries, adaSeenFromEve()))).toBeNull();
  });

  it("replaces no password of a user's", async () => {
    const { read, write } = world.database;
    const hashes = { before: `new hash of ${PASSWORD}`, after: "a hash of Eve's" };
    expect(await write(() => replacePasswordHash(queries, adaSeenFromEve(), hashes))).toBe(false);
    expect(await read(() => readPasswordHash(queries, adas()))).toBe(hashes.before);
    expect(await write(() => replacePasswordHash(queries, adas(), hashes))).toBe(true);
    expect(await write(() => replacePasswordHash(queries, adas(), hashes))).toBe(false);
    expect(await read(() => readPasswordHash(queries, adas()))).toBe(hashes.after);
    const evesUser = { accountId: eve.accountId, userId: eve.userId };
    expect(await read(() => readPasswordHash(queries, evesUser))).toBe(hashes.before);
  });

  it("takes over no e-mail that is somebody's", async () => {
    const { read, write } = world.database;
    const evesUser = { accountId: eve.accountId, userId: eve.userId };
    expect(await write(() => claimEmail(queries, ada.email, evesUser))).toBe(false);
    expect(await read(() => findByEmail(queries, ada.email))).toEqual(adas());
    expect(await write(() => claimEmail(queries, "eve.too@example.test", evesUser))).toBe(true);
    expect(await read(() => findByEmail(queries, "eve.too@example.test"))).toEqual(evesUser);
    expect(await read(() => findByEmail(queries, "nobody@example.test"))).toBeNull();
  });

  it("reads, opens and deletes no invitation", async () => {
    const { read, write } = world.database;
    const bob = await invite(world, ada, "Bob");
    const token = readInvitationToken(bob.token);
    if (token === null) throw new Error("the link holds no token");
    const seenFromEve = { accountId: eve.accountId, userId: bob.id };
    expect(await read(() => listInvitations(queries, eve.accountId))).toEqual([]);
    expect(await read(() => readInvitation(queries, seenFromEve))).toBeNull();
    expect(await read(() => openInvitation(queries, { ...seenFromEve, secret: token.secret }))).toBeNull();
    expect(await write(() => deleteInvitation(queries, seenFromEve))).toBe(false);

    const invitation = {
      accountId: ada.accountId,
      userId: bob.id,
      name: "Bob",
      email: "bob@example.test",
      emailKey: "bob@example.test",
      role: "member",
    };
    expect(await read(() => listInvitations(queries, ada.accountId))).toEqual([invitation]);
    expect(await read(() => readInvitation(queries, token))).toEqual(invitation);
    expect(await read(() => openInvitation(queries, token))).toEqual(invitation);
    expect(await write(() => deleteInvitation(queries, token))).toBe(true);
    expect(await write(() => deleteInvitation(queries, token))).toBe(false);
    expect(await read(() => openInvitation(queries, token))).toBeNull();
  });
});
