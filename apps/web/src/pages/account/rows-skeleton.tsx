const ROW_LIST = ["first", "second", "third"] as const;

/** The outline of a list that is on its way. */
export const RowsSkeleton = () => (
  <div aria-busy="true" className="divide-line border-line divide-y rounded border">
    <span className="sr-only">Loading…</span>
    {ROW_LIST.map((row) => (
      <div key={row} className="grid gap-2 p-4">
        <div className="skeleton h-5 w-1/2" />
        <div className="skeleton h-4 w-3/4" />
      </div>
    ))}
  </div>
);
