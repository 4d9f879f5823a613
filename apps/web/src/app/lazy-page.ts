import { type ComponentType, type LazyExoticComponent, lazy } from "react";

/** A page that is loaded when it is first shown, or ahead of that. */
export type LazyPage = LazyExoticComponent<ComponentType> & { loadAhead(): void };

/**
 * Makes a page of a module that is loaded on its own.
 *
 * @param load loads the module
 * @param name what the page is called there
 */
export function lazyPage<Name extends string>(
  load: () => Promise<Record<Name, ComponentType>>,
  name: Name,
): LazyPage {
  const Page = lazy(async () => ({ default: (await load())[name] }));
  // Where this fails the page itself says so, once it is to be shown.
  const loadAhead = (): void => void load().catch(() => undefined);
  return Object.assign(Page, { loadAhead });
}
