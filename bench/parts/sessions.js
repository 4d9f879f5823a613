const EMAIL = "olive@example.com";
const PASSWORD = "a pass phrase for the bench";

/**
 * Registers an owner and signs in until there are `count` sessions.
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

/**
 * Registers another owner, of another account.
 *
 * @param {{ host: string, port: number }} server
 * @param {string} email
 * @returns {Promise<{ accountId: string, refreshToken: string }>}
 */
export async function register(server, email) {
  const body = await post(server, "/api/auth/register", {
    account_name: "Another Ltd",
    name: "Otto Owner",
    email,
    password: PASSWORD,
    transport: "body",
  });
  return { accountId: body.user.account.id, refreshToken: body.refresh_token };
}

/** Signs the same owner in once more. @param {{ host: string, port: number }} server @returns {Promise<string>} the access token */
export async function signInAgain(server) {
  const credentials = { email: EMAIL, password: PASSWORD, transport: "body" };
  return (await post(server, "/api/auth/login", credentials)).access_token;
}

/**
 * Refreshes sessions over HTTP, each on its own connection, and counts the calls.
 *
 * @param {Awaited<ReturnType<typeof signIn>>} sessions
 * @param {Awaited<ReturnType<typeof import("./connection.js").openConnections>>} connections
 */
export function createRefresher(sessions, connections) {
  let calls = 0;
  return {
    calls: () => calls,
    /** @param {number} caller */
    async refresh(caller) {
      const session = sessions[caller];
      const connection = connections[caller];
      if (session === undefined || connection === undefined) throw new Error(`no caller ${caller}`);
      const { status, text } = await connection.post("/api/auth/refresh", {
        refresh_token: session.refreshToken,
      });
      if (status !== 200) throw new Error(`a refresh answered ${status}: ${text}`);
      session.refreshToken = JSON.parse(text).refresh_token;
      calls++;
    },
  };
}

/** @param {{ host: string, port: number }} server @param {string} path @param {unknown} body */
async function post({ host, port }, path, body) {
  const response = await fetch(`http://${host}:${port}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  return response.json();
}
