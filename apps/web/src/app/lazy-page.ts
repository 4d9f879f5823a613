import { type ComponentType, lazy } from "react";

/**
 * A page that is loaded when it is first shown.
 *
 * @param load loads the page's module
 * @param name what the page is called there
 */
export const lazyPage = <Name extends string>(load: () => Promise<Record<Name, ComponentType>>, name: Name) =>
  lazy(async () => ({ default: (await load())[name] }));
