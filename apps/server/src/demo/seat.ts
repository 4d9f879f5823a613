import type { Service } from "../process/assemble.js";
import type { Device, Person } from "./cast.js";
import { PASSWORD } from "./cast.js";

/** Calls the service as a program on `device` would, with no wire between. */
export type Door = (
  device: Device,
  method: string,
  path: string,
  options?: { readonly json?: object; readonly accessToken?: string },
) => Promise<Response>;

/** @param publicUrl the service's own */
export function openDoor(service: Pick<Service, "fetch">, publicUrl: string): Door {
  return async (device, method, path, { json, accessToken } = {}) => {
    const headers = {
      "User-Agent": device.userAgent,
      ...(json === undefined ? {} : { "Content-Type": "application/json" }),
      ...(accessToken === undefined ? {} : { Authorization: `Bearer ${accessToken}` }),
    };
    const body = json === undefined ? {} : { body: JSON.stringify(json) };
    const request = new Request(new URL(path, publicUrl), { method, headers, ...body });
    return await service.fetch(request, { incoming: { socket: { remoteAddress: device.ip } } });
  };
}

interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly session: { readonly id: string };
}

/** One sign-in of one person on one device. */
export interface Seat {
  readonly sessionId: string;
  /** The refresh token that it holds now. */
  refreshToken(): string;
  /** Renews the session, if it still lives. */
  use(): Promise<void>;
  /** Makes a call with a fresh access token; fails where it is refused. */
  call<T>(method: string, path: string, json?: object): Promise<T>;
}

/** Sits down with what a sign-in, a registration or an accepted invitation answered. */
export async function sitDown(door: Door, device: Device, answer: Response): Promise<Seat> {
  let tokens = await expectBody<Tokens>(answer);
  const seat: Seat = {
    sessionId: tokens.session.id,
    refreshToken: () => tokens.refresh_token,
    async use() {
      const json = { refresh_token: tokens.refresh_token };
      const renewed = await door(device, "POST", "/api/auth/refresh", { json });
      if (renewed.ok) tokens = (await renewed.json()) as Tokens;
    },
    async call<T>(method: string, path: string, json?: object) {
      await seat.use();
      const accessToken = tokens.access_token;
      return await expectBody<T>(
        await door(device, method, path, { accessToken, ...(json === undefined ? {} : { json }) }),
      );
    },
  };
  return seat;
}

/** Signs a person in. */
export async function signIn(door: Door, person: Person, device: Device): Promise<Seat> {
  const json = { email: person.email, password: PASSWORD, transport: "body" };
  return await sitDown(door, device, await door(device, "POST", "/api/auth/login", { json }));
}

async function expectBody<T>(answer: Response): Promise<T> {
  const text = await answer.text();
  if (!answer.ok) throw new Error(`the demo's story broke: ${answer.status} ${text}`);
  return (text === "" ? null : JSON.parse(text)) as T;
}
