/** A port of the loopback interface that nobody listens on now. Throws where none is to be had. */
export function freePort(): Promise<number>;
