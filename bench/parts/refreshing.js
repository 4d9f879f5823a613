/**
 * Refreshes over HTTP, each caller on a connection of its own with a session of its own; how many there were is counted.
 *
 * @param {Awaited<ReturnType<typeof import("./sign-in.js").signIn>>} sessions
 * @param {Awaited<ReturnType<typeof import("./connection.js").openConnections>>} connections
 */
export function createRefreshing(sessions, connections) {
  let calls = 0;
  return {
    calls: () => calls,
    /** @param {number} caller */
    async refresh(caller) {
      const session = sessions[caller];
      const connection = connections[caller];
      if (session === undefined || connection === undefined) throw new Error("there is no such caller");
      const { status, text } = await connection.post("/api/auth/refresh", {
        refresh_token: session.refreshToken,
      });
      if (status !== 200) throw new Error(`a refresh answered ${status}: ${text}`);
      session.refreshToken = JSON.parse(text).refresh_token;
      calls++;
    },
  };
}
