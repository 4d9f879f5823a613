import type { Service } from "../process/assemble.js";
import { ATTACKER, type Device, deviceOf, OWNER, PASSWORD, type Person } from "./people.js";

/** Sends a request to the service as a program on `device`, without a network. */
export type SendRequest = (
  device: Device,
  method: string,
  path: string,
  options?: { readonly json?: object; readonly accessToken?: string },
) => Promise<Response>;

export function createSendRequest(service: Pick<Service, "fetch">, publicUrl: string): SendRequest {
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

/** A session of a user on a device. */
export interface ClientSession {
  readonly sessionId: string;
  /** The current refresh token. */
  refreshToken(): string;
  /** Refreshes the session, if it has not ended. */
  refresh(): Promise<void>;
  /** Refreshes the session and sends a request; throws if the request is refused. */
  call<T>(method: string, path: string, json?: object): Promise<T>;
  signOut(): Promise<void>;
}

/** Signs a user in. */
export const signIn = (send: SendRequest, { email }: Person, device: Device): Promise<ClientSession> =>
  beginSession(send, device, "/api/auth/login", { email, password: PASSWORD });

/** Registers the account with its owner. */
export const register = (send: SendRequest, accountName: string): Promise<ClientSession> =>
  beginSession(send, deviceOf(0, 0), "/api/auth/register", {
    account_name: accountName,
    ...OWNER,
    password: PASSWORD,
  });

/** Invites a person, who accepts on their office device. */
export async function join(send: SendRequest, person: Person, userIndex: number): Promise<void> {
  const owner = await signIn(send, OWNER, deviceOf(0, 0));
  const { invitation } = await owner.call<{ invitation: { url: string } }>(
    "POST",
    "/api/accounts/me/members",
    { ...person, role: "member" },
  );
  await owner.signOut();
  const token = new URL(invitation.url).hash.slice(1);
  await beginSession(send, deviceOf(userIndex, 0), "/api/auth/accept-invitation", {
    token,
    password: PASSWORD,
  });
}

async function beginSession(
  send: SendRequest,
  device: Device,
  path: string,
  json: object,
): Promise<ClientSession> {
  let tokens = await readBody<Tokens>(
    await send(device, "POST", path, { json: { ...json, transport: "body" } }),
  );
  const session: ClientSession = {
    sessionId: tokens.session.id,
    refreshToken: () => tokens.refresh_token,
    async refresh() {
      const refreshToken = { refresh_token: tokens.refresh_token };
      const answer = await send(device, "POST", "/api/auth/refresh", { json: refreshToken });
      if (answer.ok) tokens = (await answer.json()) as Tokens;
    },
    async call<T>(method: string, callPath: string, body?: object) {
      await session.refresh();
      const accessToken = tokens.access_token;
      return await readBody<T>(
        await send(device, method, callPath, { accessToken, ...(body === undefined ? {} : { json: body }) }),
      );
    },
    async signOut() {
      await session.refresh();
      await session.call("POST", "/api/auth/logout", { refresh_token: session.refreshToken() });
    },
  };
  return session;
}

/** Tries to sign in with a wrong password. */
export async function guessPassword(send: SendRequest, { email }: Person): Promise<void> {
  const json = { email, password: "let-me-in-please" };
  await send(ATTACKER, "POST", "/api/auth/login", { json });
}

/** Presents a stolen refresh token. */
export async function presentStolenToken(send: SendRequest, refreshToken: string): Promise<void> {
  await send(ATTACKER, "POST", "/api/auth/refresh", { json: { refresh_token: refreshToken } });
}

async function readBody<T>(answer: Response): Promise<T> {
  const text = await answer.text();
  if (!answer.ok) throw new Error(`the demo's history failed: ${answer.status} ${text}`);
  return (text === "" ? null : JSON.parse(text)) as T;
}
