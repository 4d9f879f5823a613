const EMAIL = "olive@example.com";
const PASSWORD = "a pass phrase for the bench";

/**
 * Registers an owner and signs in `count` times in all, each a session of its own.
 *
 * @param {{ host: string, port: number }} server
 * @param {number} count
 * @returns {Promise<{ id: string, accessToken: string, refreshToken: string }[]>}
 */
export async function signIn(server, count) {
  const credentials = { email: EMAIL, password: PASSWORD, transport: "body" };
  const first = await post(server, "/api/auth/register", {
    account_name: "Example Ltd",
    name: "Olive Owner",
    ...credentials,
  });
  const others = await Promise.all(
    Array.from({ length: count - 1 }, () => post(server, "/api/auth/login", credentials)),
  );
  return [first, ...others].map((body) => ({
    id: body.session.id,
    accessToken: body.access_token,
    refreshToken: body.refresh_token,
  }));
}

/** Signs the same owner in once more. @param {{ host: string, port: number }} server @returns {Promise<string>} an access token */
export async function signInAgain(server) {
  const credentials = { email: EMAIL, password: PASSWORD, transport: "body" };
  return (await post(server, "/api/auth/login", credentials)).access_token;
}

/** @param {{ host: string, port: number }} server @param {string} path @param {unknown} body */
async function post({ host, port }, path, body) {
  const answer = await fetch(`http://${host}:${port}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
  return answer.json();
}
