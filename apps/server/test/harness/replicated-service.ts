import { freePort } from "../../../../scripts/network/free-port.js";
import { Balancer } from "./balancer.js";
import type { Settings } from "./process.js";
import { Replica } from "./replica.js";

/** Several replicas behind one address. */
export interface ReplicatedService {
  readonly balancer: Balancer;
  readonly replicas: readonly Replica[];
  /** The replica at this place, counted round and round. */
  replica(place: number): Replica;
  stop(): Promise<void>;
}

/**
 * Starts replicas at once, with a balancer before them whose address is their public URL.
 *
 * @param settings of each; `DATABASE_URL` and `CURFEW_SECRET` among them
 */
export async function startReplicatedService(settings: Settings, count = 3): Promise<ReplicatedService> {
  const ports = await Promise.all(Array.from({ length: count }, freePort));
  const balancer = await Balancer.open(ports);
  const replicas = ports.map(
    (port) => new Replica({ ...settings, PORT: String(port), CURFEW_PUBLIC_URL: balancer.publicUrl }),
  );
  const stop = async (): Promise<void> => {
    await Promise.all(replicas.map((replica) => replica.kill()));
    await balancer.close();
  };
  try {
    await Promise.all(replicas.map((replica) => replica.start()));
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    balancer,
    replicas,
    replica(place) {
      const found = replicas[place % count];
      if (found === undefined) throw new Error("there is no replica");
      return found;
    },
    stop,
  };
}
