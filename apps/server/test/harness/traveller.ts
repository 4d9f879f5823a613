import { newOwner } from "./people.js";
import type { Reachable, Visitor, VisitorOptions } from "./visitor.js";

/** Replicas by their place, counted round and round. */
export interface Places {
  replica(place: number): Reachable;
}

interface Place {
  readonly host: string;
  port: number;
  readonly publicUrl: string;
}

/** A visitor who goes from replica to replica, as a test says and not as a balancer does. */
export class Traveller {
  readonly visitor: Visitor;
  readonly #service: Places;
  readonly #place: Place;

  private constructor(service: Places, place: Place, visitor: Visitor) {
    this.#service = service;
    this.#place = place;
    this.visitor = visitor;
  }

  /** A new owner of an account, signed in at the replica of this place. */
  static async register(service: Places, place: number, options: VisitorOptions = {}): Promise<Traveller> {
    const { host, port, publicUrl } = service.replica(place);
    const own = { host, port, publicUrl };
    return new Traveller(service, own, await newOwner(own, options));
  }

  /** The visitor, whose next call goes to the replica of this place. */
  at(place: number): Visitor {
    this.#place.port = this.#service.replica(place).port;
    return this.visitor;
  }
}
