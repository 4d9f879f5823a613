import { freePort } from "../../../../scripts/network/free-port.js";
import { LoadBalancer } from "./load-balancer.js";
import { Replica } from "./replica.js";
import type { Settings } from "./service-process.js";

/** Several replicas behind a load balancer. */
export interface ReplicatedService {
  readonly loadBalancer: LoadBalancer;
  readonly replicas: readonly Replica[];
  /** The replica with this index, modulo their number. */
  replica(index: number): Replica;
  stop(): Promise<void>;
}

/**
 * Starts replicas behind a load balancer whose address is their public URL.
 *
 * @param settings for every replica, including `DATABASE_URL` and `CURFEW_SECRET`
 */
export async function startReplicatedService(settings: Settings, count = 3): Promise<ReplicatedService> {
  const ports = await Promise.all(Array.from({ length: count }, freePort));
  const loadBalancer = await LoadBalancer.open(ports);
  const replicas = ports.map(
    (port) => new Replica({ ...settings, PORT: String(port), CURFEW_PUBLIC_URL: loadBalancer.publicUrl }),
  );
  const stop = async (): Promise<void> => {
    await Promise.all(replicas.map((replica) => replica.kill()));
    await loadBalancer.close();
  };
  try {
    await Promise.all(replicas.map((replica) => replica.start()));
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    loadBalancer,
    replicas,
    replica(index) {
      const replica = replicas[index % count];
      if (replica === undefined) throw new Error("there is no replica");
      return replica;
    },
    stop,
  };
}
