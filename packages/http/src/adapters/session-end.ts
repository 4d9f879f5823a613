/** Whether a response refuses a session that is over. */
export async function tellsEnd(response: Response | null): Promise<boolean> {
  if (response?.status !== 401) return false;
  const { code } = (await response.clone().json()) as { code?: unknown };
  return code === "session_expired" || code === "session_revoked";
}

/** A host's own session, as the session middlewares of Express and Fastify have it. */
interface HostSession {
  destroy?(done: (error?: unknown) => void): unknown;
}

/** Destroys the host's session of a request. If its store can't, the session is refused all the same. */
export const destroySession = (session: HostSession | null | undefined): Promise<void> =>
  new Promise((resolve) => {
    if (typeof session?.destroy !== "function") resolve();
    else session.destroy(() => resolve());
  });
