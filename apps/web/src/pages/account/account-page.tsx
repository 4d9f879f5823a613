import type { Role, User } from "@curfew/client";
import { ChevronRight } from "lucide-react";
import { Link } from "react-router";
import { WhileSignedIn } from "../../app/gate/held-page.js";
import { useUser } from "../../app/gate/user-context.js";
import { PATHS } from "../../app/paths.js";
import { DeletionSection } from "../deletion/deletion-section.js";
import { Rows } from "./loaded-list.js";
import { OwnUserForm } from "./own-user-form.js";
import { SettingsPage } from "./settings-page.js";

/** `/account`: the user's identity, name and e-mail, and the settings available to their role. */
export function AccountPage() {
  const user = useUser();
  return (
    <SettingsPage isTop title="Account" intro={<Identity user={user} />}>
      <OwnUserForm />
      <Rows label="Settings">
        {settingsRows(user.role).map((row) => (
          <Row key={row.to} row={row} />
        ))}
      </Rows>
      <WhileSignedIn>
        <DeletionSection />
      </WhileSignedIn>
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
        {/* The link covers the whole row; its accessible name is the title alone. */}
        <Link className="font-semibold after:absolute after:inset-0" to={to}>
          {title}
        </Link>
        <span className="text-quiet block text-sm">{about}</span>
      </span>
      <ChevronRight className="text-quiet shrink-0" size={16} aria-hidden="true" />
    </li>
  );
}

/** A row of the settings list: its path, title and description. */
interface SettingsRow {
  readonly to: string;
  readonly title: string;
  readonly about: string;
}

const USER_ROWS: readonly SettingsRow[] = [
  {
    to: PATHS.ownSessions,
    title: "Your sessions",
    about: "The devices you are signed in on, and when each session ends.",
  },
  { to: PATHS.password, title: "Password", about: "Choose a new one. Your other sessions end." },
];

const OWNER_ROWS: readonly SettingsRow[] = [
  {
    to: PATHS.members,
    title: "Members",
    about: "Who belongs to the account, who owns it, and whom to invite.",
  },
  {
    to: PATHS.security,
    title: "Session security",
    about: "How long people stay signed in, who is signed in now, and what has happened.",
  },
];

/**
 * The settings available to a role.
 *
 * @example settingsRows("member").map(({ title }) => title) // ["Your sessions", "Password"]
 */
export const settingsRows = (role: Role): readonly SettingsRow[] =>
  role === "owner" ? [...USER_ROWS, ...OWNER_ROWS] : USER_ROWS;
