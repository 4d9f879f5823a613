/** The URL of a database with other servers: `host:port` each. */
export function urlAt(url: string, hosts: readonly string[], query = ""): string {
  const { username, password, pathname } = new URL(url);
  return `postgres://${username}:${password}@${hosts.join(",")}${pathname}${query}`;
}

export const hostOf = (url: string): string => new URL(url).host;
