import { expect, test } from "vitest";
import { answerProblem } from "../src/problem/answer.js";
import { HttpProblem } from "../src/problem/http-problem.js";

const context = (headers: Readonly<Record<string, string>>, bearerGiven = false) => ({
  headers,
  bearerGiven,
  nonce: () => "the nonce",
});
const shared = { "Cache-Control": "no-store" };

const told = async (response: Response) => ({
  status: response.status,
  headers: Object.fromEntries(response.headers),
  body: await response.json(),
});

test("a refusal that is answered again has the same status, headers and body, whatever a server did to the first", async () => {
  const first = answerProblem(new HttpProblem("forbidden"), context(shared));
  first.headers.set("Content-Length", "5");
  const second = await told(answerProblem(new HttpProblem("forbidden"), context(shared)));
  expect(second).toEqual({
    status: 403,
    headers: { "cache-control": "no-store", "content-type": "application/problem+json" },
    body: {
      type: "urn:curfew:problem:forbidden",
      title: "Your role does not allow this",
      status: 403,
      detail: "Your role does not allow this",
      code: "forbidden",
    },
  });
});

test("refusals of one code differ by their place, by whether a token came along, and by what they tell", async () => {
  const plain = new HttpProblem("unauthenticated");
  const answers = await Promise.all(
    [
      answerProblem(plain, context(shared)),
      answerProblem(plain, context(shared, true)),
      answerProblem(plain, context({ "Access-Control-Allow-Origin": "https://other.example" })),
      answerProblem(new HttpProblem("unauthenticated", { detail: "Not you." }), context(shared)),
      answerProblem(new HttpProblem("unauthenticated", { headers: { Allow: "GET" } }), context(shared)),
    ].map(told),
  );
  const [first, token, place, detail, headers] = answers;
  expect(first?.headers["www-authenticate"]).toBe('Bearer realm="curfew"');
  expect(token?.headers["www-authenticate"]).toContain('error="invalid_token"');
  expect(place?.headers).toMatchObject({ "access-control-allow-origin": "https://other.example" });
  expect(place?.headers).not.toHaveProperty("cache-control");
  expect(detail?.body).toMatchObject({ detail: "Not you." });
  expect(headers?.headers).toMatchObject({ allow: "GET" });
});

test("each demand of a nonce has a new one", async () => {
  let count = 0;
  const nonces = [1, 2].map(() =>
    answerProblem(new HttpProblem("use_dpop_nonce"), { ...context(shared), nonce: () => `nonce ${++count}` }),
  );
  expect(nonces.map(({ headers }) => headers.get("dpop-nonce"))).toEqual(["nonce 1", "nonce 2"]);
});
