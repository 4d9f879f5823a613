/** The outline of a page that is on its way. */
export const PageSkeleton = () => (
  <div aria-busy="true" className="grid gap-4">
    <span className="sr-only">Loading…</span>
    <div className="skeleton h-8 w-1/2" />
    <div className="skeleton h-4 w-3/4" />
    <div className="skeleton h-40" />
  </div>
);
