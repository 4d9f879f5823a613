import type { Ports } from "../session/ports.js";

/** The channel among this browser's tabs; null where it has none, or allows none here. */
export function tabChannel(): Ports["channel"] {
  let channel: BroadcastChannel;
  try {
    channel = new BroadcastChannel("curfew");
  } catch {
    return null;
  }
  return {
    post: (message) => channel.postMessage(message),
    listen(listener) {
      const hear = ({ data }: MessageEvent): void => listener(data);
      channel.addEventListener("message", hear);
      return () => channel.removeEventListener("message", hear);
    },
  };
}
