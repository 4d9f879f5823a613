/** A browser without pages: it keeps the cookies of each host, and follows redirects. */
export interface Visitor {
  /** The answer at the end of the redirects, and where that is. */
  go(url: string | URL, form?: Record<string, string>): Promise<{ response: Response; url: URL }>;
  /** The answer, a redirect too. */
  call(method: string, url: string | URL, body?: unknown): Promise<Response>;
  cookieOf(url: string | URL): string;
  /** Deletes the cookies of a host. */
  forget(url: string | URL): void;
  /** Every URL that was asked for. */
  readonly urls: readonly string[];
}

export function createVisitor(): Visitor {
  const jars = new Map<string, Map<string, string>>();
  const urls: string[] = [];

  const jarOf = (url: string | URL): Map<string, string> => {
    const { host } = new URL(url);
    const jar = jars.get(host) ?? new Map<string, string>();
    jars.set(host, jar);
    return jar;
  };
  const cookieOf = (url: string | URL): string =>
    [...jarOf(url)].map(([name, value]) => `${name}=${value}`).join("; ");

  const send = async (url: string | URL, init: RequestInit): Promise<Response> => {
    urls.push(String(url));
    const headers = { ...init.headers, cookie: cookieOf(url) };
    const response = await fetch(url, { ...init, headers, redirect: "manual" });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (value === "" || /Max-Age=0|expires=Thu, 01 Jan 1970/i.test(cookie)) jarOf(url).delete(name);
      else jarOf(url).set(name, value);
    }
    return response;
  };

  return {
    urls,
    cookieOf,
    forget: (url) => jarOf(url).clear(),
    call: (method, url, body) =>
      send(url, {
        method,
        ...(body === undefined
          ? {}
          : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
      }),
    async go(to, form) {
      let url = new URL(to);
      let response = await send(url, form ? { method: "POST", body: new URLSearchParams(form) } : {});
      for (let location = response.headers.get("location"); location !== null; ) {
        url = new URL(location, url);
        response = await send(url, {});
        location = response.headers.get("location");
      }
      return { response, url };
    },
  };
}
