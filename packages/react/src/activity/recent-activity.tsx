import { CurfewProblem, type EventType } from "@curfew/client";
import { useId, useState } from "react";
import { BusyButton, Failure } from "../server-state/request-status.js";
import { useAction } from "../server-state/use-action.js";
import { useCurfew, useTexts } from "../session/context.js";
import { ActivityList } from "./activity-list.js";

/** All event types, in the order of the filter's options. */
const FILTER_ORDER: Readonly<Record<EventType, true>> = {
  "policy.changed": true,
  "session.revoked": true,
  "sessions.revoked": true,
  "session.expired": true,
  "session.token_reused": true,
  "session.token_shared": true,
  "session.device_changed": true,
  "session.proof_failed": true,
  "session.adopted": true,
  "sessions.imported": true,
  "user.signed_in": true,
  "user.sign_in_failed": true,
  "user.signed_out": true,
  "password.changed": true,
  "password.link_made": true,
  "member.invited": true,
  "member.invitation_withdrawn": true,
  "member.joined": true,
  "member.role_changed": true,
  "member.disabled": true,
  "member.enabled": true,
  "member.deleted": true,
  "user.changed": true,
  "account.renamed": true,
  "account.created": true,
};
const isEventType = (value: string): value is EventType => Object.hasOwn(FILTER_ORDER, value);
const EVENT_TYPES: readonly EventType[] = Object.keys(FILTER_ORDER).filter(isEventType);

/**
 * The account's audit trail in sentences, newest first (owners only).
 *
 * @example <RecentActivity />
 */
export function RecentActivity() {
  const { activity: texts } = useTexts();
  const [type, setType] = useState<EventType | null>(null);
  const id = useId();
  return (
    <section className="curfew-root curfew-card curfew-activity" aria-labelledby={id}>
      <h2 id={id} className="curfew-title">
        {texts.title}
      </h2>
      <div className="curfew-actions">
        <div className="curfew-filter">
          <label htmlFor={`${id}-type`} className="curfew-label">
            {texts.type}
          </label>
          <select
            id={`${id}-type`}
            className="curfew-input"
            value={type ?? ""}
            onChange={({ currentTarget: { value } }) => setType(isEventType(value) ? value : null)}
          >
            <option value="">{texts.allTypes}</option>
            {EVENT_TYPES.map((option) => (
              <option key={option} value={option}>
                {texts.types[option]}
              </option>
            ))}
          </select>
        </div>
        <DownloadCsv />
      </div>
      <ActivityList key={type} type={type} />
    </section>
  );
}

/** **Download CSV** saves the whole trail as a file, named after the current UTC day of the server's clock. */
function DownloadCsv() {
  const { activity: texts } = useTexts();
  const session = useCurfew();
  const download = useAction(async () => {
    const csv = await session.api("GET /api/accounts/me/security/events", { accept: "text/csv" });
    if (!(await isWhole(csv)))
      throw new CurfewProblem({ code: "unreachable", status: 0, detail: "The file was cut short." });
    saveFile(csv, `curfew-activity-${new Date(session.now()).toISOString().slice(0, 10)}.csv`);
  });
  return (
    <>
      <BusyButton busy={download.busy} busyLabel={texts.downloading} onClick={() => void download.run()}>
        {texts.download}
      </BusyButton>
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
