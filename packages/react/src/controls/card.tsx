import { type ReactNode, useId } from "react";

/**
 * A section of a page, named by its heading.
 *
 * @param kind completes the class `curfew-…`
 */
export function Card({ kind, title, children }: { kind: string; title: string; children: ReactNode }) {
  const id = useId();
  return (
    <section className={`curfew-root curfew-card curfew-${kind}`} aria-labelledby={id}>
      <h2 id={id} className="curfew-title">
        {title}
      </h2>
      {children}
    </section>
  );
}
