import { useId } from "react";
import { useUser } from "../../app/gate/user-context.js";
import { t } from "../../text/translate.js";
import { DeleteAccount } from "./delete-account.js";
import { DeleteUser } from "./delete-user.js";

/** The end of `/account`: **Delete my account**, and for owners the whole account. */
export function DeletionSection() {
  const { role } = useUser();
  const id = useId();
  return (
    <section aria-labelledby={id} className="grid grid-cols-1 justify-items-start gap-3">
      <h2 id={id}>{t("Deletion")}</h2>
      <DeleteUser />
      {role === "owner" && <DeleteAccount />}
    </section>
  );
}
