import { CurfewProblem } from "@curfew/client";
import { Button } from "../controls/button.js";
import { Failure } from "../server-state/request-status.js";
import { useAction } from "../server-state/use-action.js";
import { useCurfew, useTexts } from "../session/context.js";
import { type ActivityFilter, queryOf } from "./activity-filter.js";

/** **Download CSV** saves what the filters show as a file, named after the current UTC day of the server's clock. */
export function DownloadCsv({ filter }: { filter: ActivityFilter }) {
  const { activity: texts } = useTexts();
  const session = useCurfew();
  const download = useAction(async () => {
    const csv = await session.api("GET /api/accounts/me/security/events", {
      accept: "text/csv",
      query: queryOf(filter),
    });
    if (!(await isWhole(csv)))
      throw new CurfewProblem({ code: "unreachable", status: 0, detail: "The file was cut short." });
    saveFile(csv, `curfew-activity-${new Date(session.now()).toISOString().slice(0, 10)}.csv`);
  });
  return (
    <>
      <Button action={download} busyLabel={texts.downloading}>
        {texts.download}
      </Button>
      <Failure problem={download.problem} />
    </>
  );
}

/** The last record, without which a part is missing. Behind some proxies a part is answered as the whole. */
const LAST_RECORD = /\r\n,,export\.completed,{6}"\{""rows"":\d+\}"\r\n$/;
const LAST_RECORD_LENGTH_MAX = 80;

const isWhole = async (csv: Blob): Promise<boolean> =>
  LAST_RECORD.test(await csv.slice(-LAST_RECORD_LENGTH_MAX).text());

function saveFile(content: Blob, name: string): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
