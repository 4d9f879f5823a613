import type { Role, User } from "@curfew/client";
import { breakable } from "@curfew/react";
import { ChevronRight } from "lucide-react";
import { Link } from "react-router";
import { WhileSignedIn } from "../../app/gate/held-page.js";
import { useUser } from "../../app/gate/user-context.js";
import { PATHS } from "../../app/paths.js";
import { t } from "../../text/translate.js";
import { tParts } from "../../text/translate-parts.js";
import { DeletionSection } from "../deletion/deletion-section.js";
import { DownloadData } from "./download-data.js";
import { Rows } from "./loaded-list.js";
import { OwnUserForm } from "./own-user-form.js";
import { RenameAccount } from "./rename-account.js";
import { SettingsPage } from "./settings-page.js";

/** `/account`: the user's identity, name and e-mail, and the settings available to their role. */
export function AccountPage() {
  const user = useUser();
  return (
    <SettingsPage isTop title={t("Account")} intro={<Identity user={user} />}>
      <OwnUserForm />
      <WhileSignedIn>
        <DownloadData />
        {user.role === "owner" && <RenameAccount />}
      </WhileSignedIn>
      <Rows label={t("Settings")}>
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
  return tParts(
    user.role === "owner" ? "{email}, an owner of {account}." : "{email}, a member of {account}.",
    {
      email: <span className="wrap-anywhere">{breakable(user.email)}</span>,
      account: <span className="wrap-anywhere">{user.account.name}</span>,
    },
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

/**
 * The settings available to a role.
 *
 * @example settingsRows("member").map(({ title }) => title) // ["Your sessions", "Password"]
 */
export const settingsRows = (role: Role): readonly SettingsRow[] =>
  role === "owner" ? [...userRows(), ...ownerRows()] : userRows();

const userRows = (): readonly SettingsRow[] => [
  {
    to: PATHS.ownSessions,
    title: t("Your sessions"),
    about: t("The devices you are signed in on, and when each session ends."),
  },
  { to: PATHS.password, title: t("Password"), about: t("Choose a new one. Your other sessions end.") },
];

const ownerRows = (): readonly SettingsRow[] => [
  {
    to: PATHS.members,
    title: t("Members"),
    about: t("Who belongs to the account, who owns it, and whom to invite."),
  },
  {
    to: PATHS.security,
    title: t("Session security"),
    about: t("How long people stay signed in, who is signed in now, and what has happened."),
  },
];
