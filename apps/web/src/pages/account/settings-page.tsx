import { ChevronLeft } from "lucide-react";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { usePageTitle } from "../../app/layout/page-hooks.js";
import { PATHS } from "../../app/paths.js";
import { t } from "../../text/translate.js";

/**
 * The frame of a settings page: back link, heading, introduction and content.
 *
 * @param icon decorative, before the heading
 * @param isTop whether this is the settings list itself, which has no back link
 */
export function SettingsPage({
  title,
  intro,
  icon,
  isTop = false,
  children,
}: {
  title: string;
  intro: ReactNode;
  icon?: ReactNode;
  isTop?: boolean;
  children: ReactNode;
}) {
  usePageTitle(title);
  return (
    <div className="grid grid-cols-1 gap-6">
      <header className="grid gap-2">
        {!isTop && (
          <p>
            <Link className="link inline-flex min-h-6 items-center gap-1" to={PATHS.account}>
              <ChevronLeft size={16} aria-hidden="true" /> {t("Account")}
            </Link>
          </p>
        )}
        <h1 className="flex items-center gap-2 wrap-anywhere">
          {icon} {title}
        </h1>
        <p className="text-quiet">{intro}</p>
      </header>
      {children}
    </div>
  );
}
