import type { Route } from "./define.js";

/** The routes of one path, by method. */
export type Methods = ReadonlyMap<string, Route>;

/**
 * Groups routes by their paths. Paths with fewer ids come first, so that a fixed segment is never read as an id.
 *
 * @throws TypeError if two routes have the same method and path
 */
export function groupByPath(routes: readonly Route[]): [string, Methods][] {
  const paths = new Map<string, Map<string, Route>>();
  for (const route of routes) {
    const methods = paths.get(route.path) ?? new Map<string, Route>();
    if (methods.has(route.method)) throw new TypeError(`${route.method} ${route.path} is mounted twice`);
    paths.set(route.path, methods.set(route.method, route));
  }
  const idCount = (path: string): number => path.split("{").length;
  return [...paths].sort(([a], [b]) => idCount(a) - idCount(b));
}

/** What a path leads to: its routes, and the ids in it, decoded. */
export interface Found {
  readonly methods: Methods;
  readonly params: Readonly<Record<string, string>>;
}

const NO_PARAMS = {};

/** Finds the routes of a path, which is percent-encoded; null if it has none. */
export function createRouter(routes: readonly Route[]): (path: string) => Found | null {
  const fixed = new Map<string, Found>();
  const patterns: { readonly pattern: RegExp; readonly methods: Methods }[] = [];
  for (const [path, methods] of groupByPath(routes))
    if (path.includes("{")) patterns.push({ pattern: patternOf(path), methods });
    else fixed.set(path, { methods, params: NO_PARAMS });
  return (path) => {
    const found = fixed.get(path);
    if (found !== undefined) return found;
    for (const { pattern, methods } of patterns) {
      const groups = pattern.exec(path)?.groups;
      if (groups !== undefined) return { methods, params: decodeAll(groups) };
    }
    return null;
  };
}

const patternOf = (path: string): RegExp => {
  const literal = (text: string): string => text.replaceAll(/[.*+?^$()|[\]\\]/g, "\\$&");
  return new RegExp(`^${literal(path).replaceAll(/\{(\w+)\}/g, "(?<$1>[^/]+)")}$`);
};

const decodeAll = (groups: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(groups).map(([name, text]) => [name, decode(text)]));

/** Text that is not encoded properly stays as it is, and names nothing. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
