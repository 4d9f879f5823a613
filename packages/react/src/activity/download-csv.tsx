import { useCurfew, useTexts } from "../provider/context.js";
import { Failure } from "../resource/failure.js";
import { useAction } from "../resource/use-action.js";

/** **Download CSV**: the whole trail as a file, named by the server's day. */
export function DownloadCsv() {
  const { activity: texts } = useTexts();
  const session = useCurfew();
  const download = useAction(async () => {
    const csv = await session.api("GET /api/accounts/me/security/events", { accept: "text/csv" });
    saveAs(csv, `curfew-activity-${new Date(session.now()).toISOString().slice(0, 10)}.csv`);
  });
  return (
    <>
      <button
        type="button"
        className="curfew-button"
        aria-disabled={download.busy}
        aria-busy={download.busy}
        onClick={() => void download.run()}
      >
        {download.busy ? texts.downloading : texts.download}
      </button>
      <Failure problem={download.problem} />
    </>
  );
}

function saveAs(content: Blob, name: string): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
