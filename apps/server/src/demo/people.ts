export interface Person {
  readonly name: string;
  readonly email: string;
}

/** A browser or program. Addresses are from the documentation ranges (RFC 5737, RFC 3849). */
export interface Device {
  readonly userAgent: string;
  readonly ip: string;
}

export const ACCOUNT_NAME = "Lantern Freight";

/** The password of all users. */
export const PASSWORD = "lantern-tide-copper";

const person = (name: string): Person => ({
  name,
  email: `${name.split(" ", 1)[0]?.toLowerCase()}@lantern.example`,
});

export const OWNER = person("Ada Moreno");
export const SECOND_OWNER = person("Ben Okafor");
export const MEMBER = person("Chloe Lindqvist");
export const DARIO = person("Dario Conti");
export const EMMA = person("Emma Sato");
export const FINN = person("Finn Gallagher");
export const HANA = person("Hana Novak");
export const JONAS = person("Jonas Weber");
/** Disabled at the end of the history. */
export const DISABLED_MEMBER = person("Ivo Petrov");
/** All users, owners first. */
export const USERS: readonly Person[] = [
  OWNER,
  SECOND_OWNER,
  MEMBER,
  DARIO,
  EMMA,
  FINN,
  HANA,
  DISABLED_MEMBER,
  JONAS,
  person("Kavya Raman"),
  person("Mateus Silva"),
];
/** Invited, and has not joined. */
export const INVITED = person("Nora Haddad");

const BROWSERS = [
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15",
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
  "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
  "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36",
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
  "Mozilla/5.0 (iPad; CPU OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
] as const;

const OFFICE_IP = "192.0.2.20";

/**
 * One of a user's devices: the first is in the office, the others are at home or mobile.
 *
 * @param userIndex index in {@link USERS}
 * @param deviceIndex 0 is the office device
 */
export function deviceOf(userIndex: number, deviceIndex: number): Device {
  const userAgent = BROWSERS[(userIndex + deviceIndex * 3) % BROWSERS.length] ?? BROWSERS[0];
  const ips = [
    OFFICE_IP,
    `198.51.100.${10 + userIndex}`,
    `2001:db8:${userIndex + 1}::${deviceIndex + 1}`,
    `203.0.113.${100 + userIndex}`,
  ];
  return { userAgent, ip: ips[deviceIndex % ips.length] ?? OFFICE_IP };
}

/** The device that guesses passwords and presents a stolen token. */
export const ATTACKER: Device = { userAgent: "python-requests/2.32.3", ip: "203.0.113.66" };
