import { describe, expect, test } from "vitest";
import { DpopKey, type ProofInput } from "../harness/dpop-key.js";
import { expectProblem, expectRevoked, expectStatus } from "../harness/expectations.js";
import { newOwner } from "../harness/people.js";
import { useService } from "../harness/service.js";
import type { Visitor } from "../harness/visitor.js";
import type { SignIn } from "../harness/wire.js";

const ALLOWED = "https://app.example.com";
const service = useService({ CURFEW_ROTATION_GRACE_SECONDS: "0", CURFEW_ALLOWED_ORIGINS: ALLOWED });
const REFRESH = "/api/auth/refresh";
const secondsAgo = (seconds: number): number => Math.floor(Date.now() / 1000) - seconds;

const key = new DpopKey();
const refreshProof = (input: Partial<ProofInput> = {}): string =>
  key.proof({ method: "POST", url: `${service().url}${REFRESH}`, ...input });

const bound = (): Promise<Visitor> => newOwner(service(), { key });

describe("a DPoP header binds the session to the client's key (RFC 9449: ES256 or EdDSA)", () => {
  test.each(["ES256", "EdDSA"] as const)("%s", async (algorithm) => {
    const owner = await newOwner(service(), { key: new DpopKey(algorithm) });
    expectStatus(await owner.refresh(), 200);
    expectStatus(await owner.refresh(), 200);
    expectProblem(await owner.refresh({}, { proof: null }), 401, "invalid_proof");
    expectStatus(await owner.get("/api/auth/session"), 200);
  });

  test("token_type stays Bearer, and API calls need no proof", async () => {
    const owner = await bound();
    expect(owner.signedIn.token_type).toBe("Bearer");
    expectStatus(await owner.get("/api/accounts/me/security"), 200);
  });

  test("without the header at sign-in the session is bound to no key, and a later proof does not matter", async () => {
    const owner = await newOwner(service());
    expectStatus(await owner.refresh({}, { proof: refreshProof() }), 200);
    expectStatus(await owner.refresh(), 200);
  });
});

describe("401 invalid_proof: missing, faulty, replayed, or of another key. It says nothing about the session", () => {
  const faulty: [name: string, proof: () => string][] = [
    ["no JWT", () => "rubbish"],
    ["three parts of rubbish", () => "a.b.c"],
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

  test.each(faulty)("a proof that is %s", async (_, proof) => {
    const owner = await bound();
    const before = owner.refreshToken;
    const answer = await owner.refresh({}, { proof: proof() });
    expectProblem(answer, 401, "invalid_proof");
    expect(answer.setCookies).toEqual([]);
    expect(answer.headers["www-authenticate"]).toMatch(/^DPoP\b/);
    expect(owner.refreshToken).toBe(before);
    expectStatus(await owner.get("/api/auth/session"), 200);
    expectStatus(await owner.refresh(), 200);
  });

  test("a proof works once: the same again is replayed, also at another operation, also at once", async () => {
    const owner = await bound();
    const proof = refreshProof();
    expectStatus(await owner.refresh({}, { proof }), 200);
    expectProblem(await owner.refresh({}, { proof }), 401, "invalid_proof");
    const twice = refreshProof();
    const answers = await Promise.all([1, 2, 3, 4].map(() => owner.refresh({}, { proof: twice })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401]);
  });

  test("a jti that was used by one key says nothing of another key's", async () => {
    const owner = await bound();
    const other = new DpopKey();
    const second = await newOwner(service(), { key: other });
    const payload = { jti: "the same" };
    expectStatus(await owner.refresh({}, { proof: refreshProof({ payload }) }), 200);
    const proof = other.proof({ method: "POST", url: `${service().url}${REFRESH}`, payload });
    expect([200, 401]).toContain((await second.refresh({}, { proof })).status);
    expectStatus(await second.refresh(), 200);
  });

  test("without the proof a stolen token can't even sign its owner out, however old it is", async () => {
    const owner = await bound();
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

  test("an ended session tells its reason before the proof is asked for", async () => {
    const owner = await bound();
    const refresh_token = owner.refreshToken;
    expectStatus(await owner.post("/api/auth/logout"), 204);
    expectRevoked(await owner.refresh({ refresh_token }, { proof: null }), "signed_out");
  });
});

describe("with the proof, any older token is the same browser", () => {
  test("it is answered the current generation, at any distance and without grace", async () => {
    const owner = await newOwner(service(), { key, transport: "body" });
    const first = owner.refreshToken;
    for (let round = 0; round < 3; round += 1) expectStatus(await owner.refresh(), 200);
    const current = owner.refreshToken;
    const answer = await owner.refresh({ refresh_token: first });
    expect(expectStatus(answer, 200).as<SignIn>().refresh_token).toBe(current);
    expectStatus(await owner.get("/api/auth/session"), 200);
  });

  test("twenty tabs at once, each with a proof of its own: nobody is signed out", async () => {
    const owner = await newOwner(service(), { key, transport: "body" });
    const refresh_token = owner.refreshToken;
    const answers = await Promise.all(Array.from({ length: 20 }, () => owner.refresh({ refresh_token })));
    for (const answer of answers) expectStatus(answer, 200);
    expectStatus(await owner.refresh(), 200);
  });
});

describe("htu is one of our origins plus the path, never taken from Host or a forwarded header", () => {
  test("the public URL, its loopback names and the allowed origins", async () => {
    const { port } = service();
    const owner = await bound();
    for (const origin of [
      `http://localhost:${port}`,
      `http://127.0.0.1:${port}`,
      `http://[::1]:${port}`,
      ALLOWED,
    ])
      expectStatus(await owner.refresh({}, { proof: refreshProof({ url: `${origin}${REFRESH}` }) }), 200);
  });

  test("not the host that the request names", async () => {
    const owner = await bound();
    const headers = { host: "evil.example", "x-forwarded-host": "evil.example", "x-forwarded-proto": "http" };
    const proof = refreshProof({ url: `http://evil.example${REFRESH}` });
    expectProblem(await owner.refresh({}, { proof, headers }), 401, "invalid_proof");
    expectStatus(await owner.refresh({}, { headers }), 200);
  });

  test("a query and a fragment of htu don't count (RFC 9449 §4.3)", async () => {
    const owner = await bound();
    expectStatus(
      await owner.refresh({}, { proof: refreshProof({ url: `${service().url}${REFRESH}?x=1#y` }) }),
      200,
    );
  });
});

describe("401 use_dpop_nonce: iat more than 60 s off; with the nonce iat does not matter", () => {
  test.each([-3_600, -70, 70, 3_600, 1_000_000])(
    "a clock that is %i s behind gets a nonce, and then passes",
    async (off) => {
      const owner = await bound();
      const payload = { iat: secondsAgo(off) };
      const answer = await owner.refresh({}, { proof: refreshProof({ payload }) });
      expectProblem(answer, 401, "use_dpop_nonce");
      expect(answer.headers["www-authenticate"]).toMatch(/^DPoP\b.*error="use_dpop_nonce"/);
      expect(answer.setCookies).toEqual([]);
      const nonce = String(answer.headers["dpop-nonce"]);
      expect(nonce).toMatch(/^[\x21\x23-\x5b\x5d-\x7e]+$/);
      expectStatus(await owner.refresh({}, { proof: refreshProof({ payload, nonce }) }), 200);
    },
  );

  test.each([-50, 50])("a clock that is %i s behind needs none", async (off) => {
    const owner = await bound();
    expectStatus(
      await owner.refresh({}, { proof: refreshProof({ payload: { iat: secondsAgo(off) } }) }),
      200,
    );
  });

  test("at sign-in too, before the password", async () => {
    const owner = await newOwner(service());
    const url = `${service().url}/api/auth/login`;
    const payload = { iat: secondsAgo(3_600) };
    const proof = key.proof({ method: "POST", url, payload });
    const answer = await owner.login({ password: "wrong" }, { proof });
    expectProblem(answer, 401, "use_dpop_nonce");
    const nonce = String(answer.headers["dpop-nonce"]);
    expectStatus(await owner.login({}, { proof: key.proof({ method: "POST", url, payload, nonce }) }), 200);
  });

  test("a made-up nonce does not stand in for the clock", async () => {
    const owner = await bound();
    const proof = refreshProof({ payload: { iat: secondsAgo(3_600) }, nonce: "made-up" });
    expect((await owner.refresh({}, { proof })).status).toBe(401);
    expectStatus(await owner.refresh(), 200);
  });

  test("with a nonce, too, a proof works once", async () => {
    const owner = await bound();
    const payload = { iat: secondsAgo(3_600) };
    const asked = await owner.refresh({}, { proof: refreshProof({ payload }) });
    const proof = refreshProof({ payload, nonce: String(asked.headers["dpop-nonce"]) });
    expectStatus(await owner.refresh({}, { proof }), 200);
    expectProblem(await owner.refresh({}, { proof }), 401, "invalid_proof");
  });
});
