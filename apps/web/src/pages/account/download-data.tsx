import { useCurfew } from "@curfew/react";
import { FormFault } from "../../form/form-fields.js";
import { useSubmission } from "../../form/use-submission.js";
import { t } from "../../text/translate.js";

/** **Download my data** saves all that is kept of the user as a file. */
export function DownloadData() {
  const session = useCurfew();
  const { isBusy, faults, submit } = useSubmission([]);
  const download = () =>
    void submit(async () => {
      const data = await session.api("GET /api/users/me/export");
      saveJson(data, `curfew-my-data-${new Date(session.now()).toISOString().slice(0, 10)}.json`);
    });
  return (
    <div className="grid grid-cols-1 justify-items-start gap-3">
      <FormFault text={faults.form} />
      <button
        type="button"
        className="curfew-button"
        aria-busy={isBusy}
        aria-disabled={isBusy}
        onClick={download}
      >
        {isBusy ? t("One moment…") : t("Download my data")}
      </button>
      <p className="text-quiet text-sm">
        {t("All that is kept of you, with your sessions and the events by and about you, as JSON.")}
      </p>
    </div>
  );
}

function saveJson(content: unknown, name: string): void {
  const file = new Blob([JSON.stringify(content, null, 2)], { type: "application/json" });
  const url = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
