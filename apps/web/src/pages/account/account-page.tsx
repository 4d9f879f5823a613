import type { User } from "@curfew/client";
import { ChevronRight } from "lucide-react";
import { Link } from "react-router";
import { useUser } from "../../app/gate/user-context.js";
import { Rows } from "./rows.js";
import { SettingsPage } from "./settings-page.js";
import { type SettingsRow, settingsRows } from "./settings-rows.js";

/** `/account`: who is signed in, and the settings that this person may open. */
export function AccountPage() {
  const user = useUser();
  return (
    <SettingsPage isTop title="Account" intro={<Identity user={user} />}>
      <Rows label="Settings">
        {settingsRows(user.role).map((row) => (
          <Row key={row.to} row={row} />
        ))}
      </Rows>
    </SettingsPage>
  );
}

function Identity({ user }: { user: User }) {
  return (
    <>
      <span className="wrap-anywhere">{user.email}</span>,{" "}
      {user.role === "owner" ? "an owner of " : "a member of "}
      <span className="wrap-anywhere">{user.account.name}</span>.
    </>
  );
}

function Row({ row: { to, title, about } }: { row: SettingsRow }) {
  return (
    <li className="relative flex items-center justify-between gap-4 p-4 hover:bg-sunken">
      <span className="min-w-0">
        {/* The link is the whole row, and its name the title alone. */}
        <Link className="font-semibold after:absolute after:inset-0" to={to}>
          {title}
        </Link>
        <span className="text-quiet block text-sm">{about}</span>
      </span>
      <ChevronRight className="text-quiet shrink-0" size={16} aria-hidden="true" />
    </li>
  );
}
