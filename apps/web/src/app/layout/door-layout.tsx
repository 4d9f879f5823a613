import type { ReactNode } from "react";
import { Brand } from "./brand.js";
import { useFocusOnNewPage } from "./use-focus-on-new-page.js";

/** What stands around the pages for people who are not signed in: one narrow column. */
export function DoorLayout({ children }: { children: ReactNode }) {
  const main = useFocusOnNewPage();
  return (
    <main ref={main} tabIndex={-1} className="mx-auto grid w-full max-w-100 gap-6 px-4 pt-12 pb-24 sm:pt-20">
      <Brand />
      {children}
    </main>
  );
}
