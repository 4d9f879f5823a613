/** Finds a free port on the loopback interface. Throws if none of 100 tries is free. */
export function freePort(): Promise<number>;
