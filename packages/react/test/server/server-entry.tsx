import { Writable } from "node:stream";
import { createCurfewSession } from "@curfew/client";
import { renderToPipeableStream, renderToString } from "react-dom/server";
import { EveryPart } from "./every-part.js";

// At the top of a module, as hosts have it.
const session = createCurfewSession({ host: true, basePath: "/curfew" });

export const asString = (): string => renderToString(<EveryPart session={session} />);

/** What a server streams, and the errors that it reports. */
export const asStream = (): Promise<{ html: string; errors: unknown[] }> =>
  new Promise((resolve, reject) => {
    const errors: unknown[] = [];
    let html = "";
    const sink = new Writable({
      write(chunk, _encoding, done) {
        html += chunk;
        done();
      },
      final(done) {
        done();
        resolve({ html, errors });
      },
    });
    const { pipe } = renderToPipeableStream(<EveryPart session={session} />, {
      onAllReady: () => pipe(sink),
      onShellError: reject,
      onError: (error) => void errors.push(error),
    });
  });
