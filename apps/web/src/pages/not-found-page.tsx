import { Link } from "react-router";
import { usePageTitle } from "../app/layout/page-hooks.js";
import { PublicLayout } from "../app/layout/public-layout.js";
import { PATHS } from "../app/paths.js";
import { t } from "../text/translate.js";

/** Any other path. */
export function NotFoundPage() {
  usePageTitle(t("Not found"));
  return (
    <PublicLayout>
      <h1>{t("There is no such page")}</h1>
      <p className="text-quiet">{t("The address may be mistyped, or the page may have moved.")}</p>
      <p>
        <Link className="link" to={PATHS.home}>
          {t("Go to the start page")}
        </Link>
      </p>
    </PublicLayout>
  );
}
