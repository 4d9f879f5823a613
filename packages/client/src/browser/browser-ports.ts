import type { Ports } from "../session/ports.js";
import { after } from "./after.js";
import { dpopKey } from "./dpop-key.js";
import { signProof } from "./dpop-proof.js";
import { fetchInTime } from "./fetch-in-time.js";
import { isVisible, onActivity, onReturn } from "./page.js";
import { tabChannel } from "./tab-channel.js";
import { tabStorage } from "./tab-storage.js";

/**
 * The ports of the browser that this runs in.
 *
 * @param options `baseUrl`: the server's origin, where it is not the page's
 * @example const session = createSessionMonitor(browserPorts());
 */
export function browserPorts({ baseUrl = location.origin }: { baseUrl?: string } = {}): Ports {
  const urlOf = (path: string): string => new URL(path, baseUrl).href;
  return {
    clock: { monotonic: () => performance.now(), wall: () => Date.now() },
    after,
    random: Math.random,
    fetch: (path, init) => fetchInTime(urlOf(path), init),
    async proof(htm, path, nowMs, nonce) {
      try {
        const claims = { htm, htu: urlOf(path), iat: Math.floor(nowMs / 1000), nonce };
        const key = await dpopKey();
        return key ? await signProof(key, claims) : null;
      } catch {
        return null;
      }
    },
    channel: tabChannel(),
    locks: navigator.locks ?? null,
    storage: tabStorage,
    onActivity,
    visible: isVisible,
    onReturn,
  };
}
