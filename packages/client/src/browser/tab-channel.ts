import { attempt } from "../attempt.js";
import type { Ports } from "../session/ports.js";

/** The channel among this browser's tabs, with one listener at a time; null where it has none, or allows none here. */
export function tabChannel(): Ports["channel"] {
  const channel = attempt(() => new BroadcastChannel("curfew"));
  return (
    channel && {
      post: (message) => channel.postMessage(message),
      listen(listener) {
        channel.onmessage = ({ data }) => listener(data);
        return () => {
          channel.onmessage = null;
        };
      },
    }
  );
}
