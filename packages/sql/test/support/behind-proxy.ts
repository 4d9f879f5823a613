import { onTestFinished } from "vitest";
import { FaultyProxy } from "../../../../scripts/postgres/faulty-proxy.js";

/** A proxy before the server at `url`, closed when the test is over. */
export async function behindProxy(url: string): Promise<FaultyProxy> {
  const proxy = await FaultyProxy.before(url);
  onTestFinished(() => proxy.close());
  return proxy;
}
