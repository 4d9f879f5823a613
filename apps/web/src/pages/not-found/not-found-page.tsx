import { Link } from "react-router";
import { DoorLayout } from "../../app/layout/door-layout.js";
import { PATHS } from "../../app/paths.js";
import { usePageTitle } from "../../app/use-page-title.js";

/** For every path that is no page. */
export function NotFoundPage() {
  usePageTitle("Not found");
  return (
    <DoorLayout>
      <h1>There is no such page</h1>
      <p className="text-quiet">The address may be mistyped, or the page may have moved.</p>
      <p>
        <Link className="link" to={PATHS.home}>
          Go to the start page
        </Link>
      </p>
    </DoorLayout>
  );
}
