import { describe, expect, test } from "vitest";
import type { ApiClient } from "../harness/api-client.js";
import { DpopKey, type ProofInput } from "../harness/dpop-key.js";
import { expectProblem, expectRevoked, expectStatus } from "../harness/expectations.js";
import { useService } from "../harness/service.js";
import { newOwner } from "../harness/users.js";
import type { SignIn } from "../harness/wire.js";

const ALLOWED = "https://app.example.com";
const service = useService({ CURFEW_ROTATION_GRACE_SECONDS: "0", CURFEW_ALLOWED_ORIGINS: ALLOWED });
const REFRESH = "/api/auth/refresh";
const secondsAgo = (seconds: number): number => Math.floor(Date.now() / 1000) - seconds;

const key = new DpopKey();
const refreshProof = (input: Partial<ProofInput> = {}): string =>
  key.proof({ method: "POST", url: `${service().url}${REFRESH}`, ...input });

const newBoundOwner = (): Promise<ApiClient> => newOwner(service(), { key });

describe("a DPoP header at sign-in binds the session to the client's key (RFC 9449)", () => {
  test.each(["ES256", "EdDSA"] as const)("%s", async (algorithm) => {
    const owner = await newOwner(service(), { key: new DpopKey(algorithm) });
    expectStatus(await owner.refresh(), 200);
    expectStatus(await owner.refresh(), 200);
    expectProblem(await owner.refresh({}, { proof: null }), 401, "invalid_proof");
    expectStatus(await owner.get("/api/auth/session"), 200);
  });

  test("token_type is Bearer, and API calls need no proof", async () => {
    const owner = await newBoundOwner();
    expect(owner.signedIn.token_type).toBe("Bearer");
    expectStatus(await owner.get("/api/accounts/me/security"), 200);
  });

  test("without the header the session is not bound, and later proofs are ignored", async () => {
    const owner = await newOwner(service());
    expectStatus(await owner.refresh({}, { proof: refreshProof() }), 200);
    expectStatus(await owner.refresh(), 200);
  });
});

describe("401 invalid_proof, with no effect on the session", () => {
  const invalidProofs: [name: string, proof: () => string][] = [
    ["not a JWT", () => "rubbish"],
    ["three invalid parts", () => "a.b.c"],
    ["empty", () => ""],
    ["another key's", () => new DpopKey().proof({ method: "POST", url: `${service().url}${REFRESH}` })],
    ["of another method", () => refreshProof({ method: "GET" })],
    ["of another path", () => refreshProof({ url: `${service().url}/api/auth/login` })],
    ["of another host", () => refreshProof({ url: `http://evil.example${REFRESH}` })],
    ["of another port", () => refreshProof({ url: `http://localhost:1${REFRESH}` })],
    [
      "of https instead of http",
      () => refreshProof({ url: `https://localhost:${service().port}${REFRESH}` }),
    ],
    ["of another typ", () => refreshProof({ header: { typ: "JWT" } })],
    ["without typ", () => refreshProof({ header: { typ: undefined } })],
    ["of alg none", () => refreshProof({ header: { alg: "none" } })],
    ["of a symmetric alg", () => refreshProof({ header: { alg: "HS256" } })],
    ["of an alg that is not its key's", () => refreshProof({ header: { alg: "EdDSA" } })],
    ["without a key in it", () => refreshProof({ header: { jwk: undefined } })],
    ["with the private key in it", () => refreshProof({ header: { jwk: key.privateJwk } })],
    ["with another public key in it", () => refreshProof({ header: { jwk: new DpopKey().publicJwk } })],
    ["without jti", () => refreshProof({ payload: { jti: undefined } })],
    ["with a number for jti", () => refreshProof({ payload: { jti: 7 } })],
    ["without htm", () => refreshProof({ payload: { htm: undefined } })],
    ["without htu", () => refreshProof({ payload: { htu: undefined } })],
    ["without iat", () => refreshProof({ payload: { iat: undefined } })],
    ["with a text for iat", () => refreshProof({ payload: { iat: "now" } })],
    ["with a crit header", () => refreshProof({ header: { crit: ["x"], x: 1 } })],
    ["with a changed signature", () => refreshProof().replace(/.{4}$/, "AAAA")],
    ["two in one header", () => `${refreshProof()}, ${refreshProof()}`],
    ["huge", () => refreshProof({ payload: { filler: "x".repeat(9_000) } }).concat("x")],
  ];

  test.each(invalidProofs)("for a proof that is %s", async (_, proof) => {
    const owner = await newBoundOwner();
    const before = owner.refreshToken;
    const response = await owner.refresh({}, { proof: proof() });
    expectProblem(response, 401, "invalid_proof");
    expect(response.setCookies).toEqual([]);
    expect(response.headers["www-authenticate"]).toMatch(/^DPoP\b/);
    expect(owner.refreshToken).toBe(before);
    expectStatus(await owner.get("/api/auth/session"), 200);
    expectStatus(await owner.refresh(), 200);
  });

  test("for a replayed proof, also in concurrent calls", async () => {
    const owner = await newBoundOwner();
    const proof = refreshProof();
    expectStatus(await owner.refresh({}, { proof }), 200);
    expectProblem(await owner.refresh({}, { proof }), 401, "invalid_proof");
    const twice = refreshProof();
    const responses = await Promise.all([1, 2, 3, 4].map(() => owner.refresh({}, { proof: twice })));
    expect(responses.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401]);
  });

  test("a jti that another key's proof has used doesn't affect the session", async () => {
    const owner = await newBoundOwner();
    const other = new DpopKey();
    const second = await newOwner(service(), { key: other });
    const payload = { jti: "the same" };
    expectStatus(await owner.refresh({}, { proof: refreshProof({ payload }) }), 200);
    const proof = other.proof({ method: "POST", url: `${service().url}${REFRESH}`, payload });
    expect([200, 401]).toContain((await second.refresh({}, { proof })).status);
    expectStatus(await second.refresh(), 200);
  });

  test("for a stolen token without the proof, which doesn't end the session however old the token is", async () => {
    const owner = await newBoundOwner();
    const stolen = owner.refreshToken;
    for (let round = 0; round < 3; round += 1) expectStatus(await owner.refresh(), 200);
    for (const proof of [null, new DpopKey().proof({ method: "POST", url: `${service().url}${REFRESH}` })])
      expectProblem(
        await owner.refresh({ refresh_token: stolen }, { proof, cookies: false }),
        401,
        "invalid_proof",
      );
    expectStatus(await owner.get("/api/auth/session"), 200);
    expectStatus(await owner.refresh(), 200);
  });

  test("not for an ended session, whose reason is reported without a proof", async () => {
    const owner = await newBoundOwner();
    const refresh_token = owner.refreshToken;
    expectStatus(await owner.post("/api/auth/logout"), 204);
    expectRevoked(await owner.refresh({ refresh_token }, { proof: null }), "signed_out");
  });
});

describe("an older refresh token with a valid proof", () => {
  test("gets the current token, however old it is and without a grace", async () => {
    const owner = await newOwner(service(), { key, transport: "body" });
    const first = owner.refreshToken;
    for (let round = 0; round < 3; round += 1) expectStatus(await owner.refresh(), 200);
    const current = owner.refreshToken;
    const response = await owner.refresh({ refresh_token: first });
    expect(expectStatus(response, 200).json<SignIn>().refresh_token).toBe(current);
    expectStatus(await owner.get("/api/auth/session"), 200);
  });

  test("can be used by twenty tabs at once, each with its own proof", async () => {
    const owner = await newOwner(service(), { key, transport: "body" });
    const refresh_token = owner.refreshToken;
    const responses = await Promise.all(Array.from({ length: 20 }, () => owner.refresh({ refresh_token })));
    for (const response of responses) expectStatus(response, 200);
    expectStatus(await owner.refresh(), 200);
  });
});

describe("htu must be one of the service's origins with the path", () => {
  test("the public URL, its loopback names and the allowed origins are accepted", async () => {
    const { port } = service();
    const owner = await newBoundOwner();
    for (const origin of [
      `http://localhost:${port}`,
      `http://127.0.0.1:${port}`,
      `http://[::1]:${port}`,
      ALLOWED,
    ])
      expectStatus(await owner.refresh({}, { proof: refreshProof({ url: `${origin}${REFRESH}` }) }), 200);
  });

  test("the request's Host and forwarded headers are not used", async () => {
    const owner = await newBoundOwner();
    const headers = { host: "evil.example", "x-forwarded-host": "evil.example", "x-forwarded-proto": "http" };
    const proof = refreshProof({ url: `http://evil.example${REFRESH}` });
    expectProblem(await owner.refresh({}, { proof, headers }), 401, "invalid_proof");
    expectStatus(await owner.refresh({}, { headers }), 200);
  });

  test("the query and fragment of htu are ignored (RFC 9449 §4.3)", async () => {
    const owner = await newBoundOwner();
    expectStatus(
      await owner.refresh({}, { proof: refreshProof({ url: `${service().url}${REFRESH}?x=1#y` }) }),
      200,
    );
  });
});

describe("401 use_dpop_nonce when iat is more than 60 s off", () => {
  test.each([-3_600, -70, 70, 3_600, 1_000_000])(
    "a client whose clock is %i s behind gets a nonce, and succeeds with it",
    async (offset) => {
      const owner = await newBoundOwner();
      const payload = { iat: secondsAgo(offset) };
      const response = await owner.refresh({}, { proof: refreshProof({ payload }) });
      expectProblem(response, 401, "use_dpop_nonce");
      expect(response.headers["www-authenticate"]).toMatch(/^DPoP\b.*error="use_dpop_nonce"/);
      expect(response.setCookies).toEqual([]);
      const nonce = String(response.headers["dpop-nonce"]);
      expect(nonce).toMatch(/^[\x21\x23-\x5b\x5d-\x7e]+$/);
      expectStatus(await owner.refresh({}, { proof: refreshProof({ payload, nonce }) }), 200);
    },
  );

  test.each([-50, 50])("a client whose clock is %i s behind needs no nonce", async (offset) => {
    const owner = await newBoundOwner();
    expectStatus(
      await owner.refresh({}, { proof: refreshProof({ payload: { iat: secondsAgo(offset) } }) }),
      200,
    );
  });

  test("also at sign-in, before the password is checked", async () => {
    const owner = await newOwner(service());
    const url = `${service().url}/api/auth/login`;
    const payload = { iat: secondsAgo(3_600) };
    const proof = key.proof({ method: "POST", url, payload });
    const response = await owner.login({ password: "wrong" }, { proof });
    expectProblem(response, 401, "use_dpop_nonce");
    const nonce = String(response.headers["dpop-nonce"]);
    expectStatus(await owner.login({}, { proof: key.proof({ method: "POST", url, payload, nonce }) }), 200);
  });

  test("a forged nonce doesn't replace a valid iat", async () => {
    const owner = await newBoundOwner();
    const proof = refreshProof({ payload: { iat: secondsAgo(3_600) }, nonce: "made-up" });
    expect((await owner.refresh({}, { proof })).status).toBe(401);
    expectStatus(await owner.refresh(), 200);
  });

  test("a proof with a nonce also works only once", async () => {
    const owner = await newBoundOwner();
    const payload = { iat: secondsAgo(3_600) };
    const refused = await owner.refresh({}, { proof: refreshProof({ payload }) });
    const proof = refreshProof({ payload, nonce: String(refused.headers["dpop-nonce"]) });
    expectStatus(await owner.refresh({}, { proof }), 200);
    expectProblem(await owner.refresh({}, { proof }), 401, "invalid_proof");
  });
});
