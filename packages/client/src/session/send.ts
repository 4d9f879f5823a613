import { readProblem } from "../api/read-problem.js";
import type { Call } from "../api/send.js";
import type { Dispatch } from "./dispatch.js";
import type { Renewal } from "./renewal.js";
import type { SessionBook } from "./session-book.js";
import { endOf, isTokenRefused } from "./verdict.js";

/** Carries a call with the session's token; `signal` gives it up. */
export type AuthorisedSend = (call: Call, signal?: AbortSignal) => Promise<Response>;

/**
 * Sends calls with the session's token: renewed before where it is too old, and after where it is refused; then the call
 * is repeated once, unless somebody else has signed in meanwhile.
 */
export const createSend =
  (dispatch: Dispatch, book: SessionBook, renewal: Renewal): AuthorisedSend =>
  async (call, signal) => {
    if (call.auth !== "bearer") return dispatch(call, book.live?.token);
    await renewal.freshToken();
    for (let isRepeated = false; ; isRepeated = true) {
      const sent = book.live;
      const response = await dispatch(call, sent?.token, signal);
      if (response.status !== 401 || !sent) return response;
      const problem = await readProblem(response.clone());
      const end = endOf(problem);
      if (end) book.ended(sent.session.id, end);
      if (isRepeated) return response;
      if (isTokenRefused(problem)) await renewal.otherToken(sent.token);
      const { live } = book;
      if (!live || live.token === sent.token || live.user.id !== sent.user.id) return response;
    }
  };
