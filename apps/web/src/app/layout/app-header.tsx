import { NavLink } from "react-router";
import { useUser } from "../gate/user-context.js";
import { PATHS } from "../paths.js";
import { Brand } from "./brand.js";
import { SignOutButton } from "./sign-out-button.js";

/** The product, the two ways to go, who is signed in, and the way out. */
export function AppHeader() {
  const { name, account } = useUser();
  return (
    <header className="border-line border-b">
      <div className="column flex min-h-14 flex-wrap items-center gap-x-3 gap-y-1 py-2 sm:gap-x-6">
        <Brand />
        <nav aria-label="Main" className="order-last -mx-2 flex w-full gap-1 sm:order-none sm:w-auto">
          <NavLink className="nav-link" to={PATHS.home} end>
            Home
          </NavLink>
          <NavLink className="nav-link" to={PATHS.account}>
            Account
          </NavLink>
        </nav>
        <div className="flex min-w-0 flex-1 basis-0 items-center justify-end gap-3">
          <span className="min-w-0 truncate text-sm" title={`${name}, ${account.name}`}>
            {name}
          </span>
          <SignOutButton />
        </div>
      </div>
    </header>
  );
}
