import type { ApiClient, ClientOptions, ServiceAddress } from "./api-client.js";
import { newOwner } from "./users.js";

/** Finds a replica by index. */
export interface ReplicaLookup {
  replica(index: number): ServiceAddress;
}

interface MutableAddress {
  readonly host: string;
  port: number;
  readonly publicUrl: string;
}

/** An API client whose calls a test directs to one replica or another, without a load balancer. */
export class RoamingClient {
  readonly client: ApiClient;
  readonly #replicas: ReplicaLookup;
  readonly #address: MutableAddress;

  private constructor(replicas: ReplicaLookup, address: MutableAddress, client: ApiClient) {
    this.#replicas = replicas;
    this.#address = address;
    this.client = client;
  }

  /** Registers a new owner at the replica with this index. */
  static async register(
    replicas: ReplicaLookup,
    index: number,
    options: ClientOptions = {},
  ): Promise<RoamingClient> {
    const { host, port, publicUrl } = replicas.replica(index);
    const address = { host, port, publicUrl };
    return new RoamingClient(replicas, address, await newOwner(address, options));
  }

  /** Returns the client, with its next call directed to the replica with this index. */
  at(index: number): ApiClient {
    this.#address.port = this.#replicas.replica(index).port;
    return this.client;
  }
}
