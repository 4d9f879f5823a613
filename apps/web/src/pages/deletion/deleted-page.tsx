import { Link, useSearchParams } from "react-router";
import { usePageTitle } from "../../app/layout/page-hooks.js";
import { PublicLayout } from "../../app/layout/public-layout.js";
import { PATHS } from "../../app/paths.js";
import { t } from "../../text/translate.js";
import { tParts } from "../../text/translate-parts.js";

/** `/deleted`: where a person is who has deleted themselves, or with `?of=account` the account. */
export function DeletedPage() {
  const [query] = useSearchParams();
  const isAccount = query.get("of") === "account";
  usePageTitle(t("Deleted"));
  return (
    <PublicLayout>
      <h1>{isAccount ? t("The account is deleted, with everybody in it") : t("Your account is deleted")}</h1>
      <p role="status">
        {isAccount
          ? t("Everybody is signed out, and everything that was kept in the account is being removed.")
          : t("You are signed out everywhere, and everything that was kept about you is being removed.")}
      </p>
      <p className="text-quiet">
        {tParts("{create} or {sign_in} as somebody else.", {
          create: (
            <Link className="link" to={PATHS.register}>
              {t("Create an account")}
            </Link>
          ),
          sign_in: (
            <Link className="link" to={PATHS.login}>
              {t("sign in")}
            </Link>
          ),
        })}
      </p>
    </PublicLayout>
  );
}
