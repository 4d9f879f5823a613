import type { Answer } from "../harness/send.js";

const GONE = new Set(["ECONNREFUSED", "ECONNRESET", "EPIPE"]);

/** The answer of a call; null where the service was gone before it came, so that nobody knows what became of the call. */
export async function answerOf(call: Promise<Answer>): Promise<Answer | null> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof Error && "code" in error && GONE.has(String(error.code))) return null;
    throw error;
  }
}
