import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  claimEmail,
  findUserByEmail,
  readPasswordHash,
  releaseEmail,
  replacePasswordHash,
  setPasswordHash,
} from "../../../src/accounts/credentials.js";
import { type ServiceQueries, serviceQueries } from "../../../src/database/tables.js";
import { decodeLinkToken } from "../../../src/links/link-token.js";
import { deletePasswordLink, openPasswordLink } from "../../../src/links/password-link.js";
import { deleteInvitation, openInvitation, readInvitation } from "../../../src/members/invitation.js";
import { listMembers } from "../../../src/members/list-members.js";
import { readKept } from "../../../src/people/read-kept.js";
import { readSessionsAfter } from "../../../src/people/read-sessions.js";
import { invite, makePasswordLink, register, type SignedIn } from "../api-calls.js";
import { createTestService, PASSWORD, type TestService } from "../test-service.js";

const PAGE = { limit: 50, after: null };

/** Covers every unit on the service's tables. */
describe("another account", () => {
  let service: TestService;
  let queries: ServiceQueries;
  let ada: SignedIn;
  let eve: SignedIn;
  beforeEach(async () => {
    service = await createTestService();
    queries = serviceQueries(service.database);
    ada = await register(service, "Ada");
    eve = await register(service, "Eve");
  });
  afterEach(() => service.close());

  const adaReference = () => ({ accountId: ada.accountId, userId: ada.userId });
  const adaInEvesAccount = () => ({ accountId: eve.accountId, userId: ada.userId });

  it("can't read a user's password hash", async () => {
    const { read } = service.database;
    expect(await read(() => readPasswordHash(queries, adaReference()))).toBe(`new hash of ${PASSWORD}`);
    expect(await read(() => readPasswordHash(queries, adaInEvesAccount()))).toBeNull();
  });

  it("can't replace a user's password hash", async () => {
    const { read, write } = service.database;
    const hashes = { before: `new hash of ${PASSWORD}`, after: "a hash of Eve's" };
    expect(await write(() => replacePasswordHash(queries, adaInEvesAccount(), hashes))).toBe(false);
    expect(await read(() => readPasswordHash(queries, adaReference()))).toBe(hashes.before);
    expect(await write(() => replacePasswordHash(queries, adaReference(), hashes))).toBe(true);
    expect(await write(() => replacePasswordHash(queries, adaReference(), hashes))).toBe(false);
    expect(await read(() => readPasswordHash(queries, adaReference()))).toBe(hashes.after);
    const evesUser = { accountId: eve.accountId, userId: eve.userId };
    expect(await read(() => readPasswordHash(queries, evesUser))).toBe(hashes.before);
  });

  it("can't read, set or delete what is a user's own", async () => {
    const { read, write } = service.database;
    const token = decodeLinkToken(await makePasswordLink(service, ada, ada.userId));
    if (token === null) throw new Error("the link holds no token");
    const foreign = adaInEvesAccount();
    expect(await read(() => openPasswordLink(queries, { ...foreign, secret: token.secret }))).toBeNull();
    expect(await write(() => deletePasswordLink(queries, foreign))).toBe(false);
    expect(await read(() => readKept(service.context, foreign))).toBeNull();
    expect((await read(() => readSessionsAfter(queries, foreign, ""))).items).toEqual([]);
    await write(() => setPasswordHash(queries, foreign, "a hash of Eve's"));
    await write(() => releaseEmail(queries, ada.email, foreign));
    expect(await read(() => readPasswordHash(queries, adaReference()))).toBe(`new hash of ${PASSWORD}`);
    expect(await read(() => findUserByEmail(queries, ada.email))).toEqual(adaReference());
    expect(await read(() => openPasswordLink(queries, token))).toMatchObject(adaReference());
    expect((await read(() => readSessionsAfter(queries, adaReference(), ""))).items).toHaveLength(1);
    expect(await write(() => deletePasswordLink(queries, token))).toBe(true);
  });

  it("can't claim an e-mail address that a user has", async () => {
    const { read, write } = service.database;
    const evesUser = { accountId: eve.accountId, userId: eve.userId };
    expect(await write(() => claimEmail(queries, ada.email, evesUser))).toBe(false);
    expect(await read(() => findUserByEmail(queries, ada.email))).toEqual(adaReference());
    expect(await write(() => claimEmail(queries, "eve.too@example.test", evesUser))).toBe(true);
    expect(await read(() => findUserByEmail(queries, "eve.too@example.test"))).toEqual(evesUser);
    expect(await read(() => findUserByEmail(queries, "nobody@example.test"))).toBeNull();
  });

  it("can't read, open or delete an invitation", async () => {
    const { read, write } = service.database;
    const bob = await invite(service, ada, "Bob");
    const token = decodeLinkToken(bob.token);
    if (token === null) throw new Error("the link holds no token");
    const bobInEvesAccount = { accountId: eve.accountId, userId: bob.id };
    expect(await read(() => listMembers(queries, { accountId: eve.accountId, ...PAGE }))).toMatchObject({
      items: [{ id: eve.userId }],
    });
    expect(await read(() => readInvitation(queries, bobInEvesAccount))).toBeNull();
    expect(
      await read(() => openInvitation(queries, { ...bobInEvesAccount, secret: token.secret })),
    ).toBeNull();
    expect(await write(() => deleteInvitation(queries, bobInEvesAccount))).toBe(false);

    const invitation = {
      accountId: ada.accountId,
      userId: bob.id,
      name: "Bob",
      email: "bob@example.test",
      role: "member",
    };
    expect(await read(() => listMembers(queries, { accountId: ada.accountId, ...PAGE }))).toMatchObject({
      items: [{ id: ada.userId }, { id: bob.id }],
    });
    expect(await read(() => readInvitation(queries, token))).toEqual(invitation);
    expect(await read(() => openInvitation(queries, token))).toMatchObject(invitation);
    expect(await write(() => deleteInvitation(queries, token))).toBe(true);
    expect(await write(() => deleteInvitation(queries, token))).toBe(false);
    expect(await read(() => openInvitation(queries, token))).toBeNull();
  });
});
