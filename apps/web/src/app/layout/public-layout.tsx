import type { ReactNode } from "react";
import { Link } from "react-router";
import icon from "../../icon.svg";
import { PATHS } from "../paths.js";
import { useFocusOnNavigation } from "./page-hooks.js";

/** The product's icon and name, a link to the home page. */
export const Brand = () => (
  <Link to={PATHS.home} className="flex shrink-0 items-center gap-2 font-semibold no-underline">
    <img src={icon} alt="" width={24} height={24} />
    Curfew
  </Link>
);

/** The layout of pages without a session: one narrow column. */
export function PublicLayout({ children }: { children: ReactNode }) {
  const main = useFocusOnNavigation();
  return (
    <main ref={main} tabIndex={-1} className="mx-auto grid w-full max-w-100 gap-6 px-4 pt-12 pb-24 sm:pt-20">
      <Brand />
      {children}
    </main>
  );
}
