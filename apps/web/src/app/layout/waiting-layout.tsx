import { Brand } from "./brand.js";
import { PageSkeleton } from "./page-skeleton.js";

/** What stands there until it is known who is signed in: never the sign-in page, which it would be too early for. */
export const WaitingLayout = ({ reconnecting }: { reconnecting: boolean }) => (
  <>
    <header className="border-line border-b">
      <div className="column flex min-h-14 items-center py-2">
        <Brand />
      </div>
    </header>
    <main className="column page">
      <p role="status" className="text-quiet mb-2 min-h-6">
        {reconnecting && "Curfew can't be reached. Reconnecting…"}
      </p>
      <PageSkeleton />
    </main>
  </>
);
