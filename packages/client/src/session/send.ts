import { readProblem } from "../api/read-problem.js";
import type { Send } from "../api/send.js";
import type { Dispatch } from "./dispatch.js";
import type { Renewal } from "./renewal.js";
import type { SessionBook } from "./session-book.js";
import { verdictOf } from "./verdict.js";

/**
 * Sends calls with the session's token: renewed before where it is too old, and after where it is refused; then the call
 * is repeated once, unless somebody else has signed in meanwhile.
 */
export const createSend =
  (dispatch: Dispatch, book: SessionBook, renewal: Renewal): Send =>
  async (call) => {
    if (call.auth !== "bearer") return dispatch(call, book.live()?.token);
    await renewal.freshToken();
    for (let repeated = false; ; repeated = true) {
      const sent = book.live();
      const response = await dispatch(call, sent?.token);
      if (response.status !== 401 || !sent) return response;
      const verdict = verdictOf(await readProblem(response.clone()));
      if (verdict.kind === "ended") book.ended(sent.session.id, verdict.end);
      if (repeated) return response;
      if (verdict.kind === "token_refused") await renewal.otherToken(sent.token);
      const live = book.live();
      if (!live || live.token === sent.token || live.user.id !== sent.user.id) return response;
    }
  };
