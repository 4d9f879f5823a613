import { Component, type ReactNode } from "react";
import { t } from "../../text/translate.js";
import { Brand } from "./public-layout.js";
import { type Trouble, troubleText } from "./trouble.js";

/** The outline of a page that is loading. */
export const PageSkeleton = () => (
  <div aria-busy="true" className="grid gap-4">
    <span className="sr-only">{t("Loading…")}</span>
    <div className="skeleton h-8 w-1/2" />
    <div className="skeleton h-4 w-3/4" />
    <div className="skeleton h-40" />
  </div>
);

/** Shown until the session is loaded. */
export const WaitingLayout = ({ trouble }: { trouble: Trouble }) => (
  <>
    <header className="border-line border-b">
      <div className="column flex min-h-14 items-center py-2">
        <Brand />
      </div>
    </header>
    <main className="column page">
      <p role="status" className="text-quiet mb-2 min-h-6">
        {troubleText(trouble)}
      </p>
      <PageSkeleton />
    </main>
  </>
);

/** Replaces a page that could not be loaded or rendered. */
export class PageErrorBoundary extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return (
      <section role="alert" className="column page grid justify-items-start gap-4">
        <h1>{t("This page could not be loaded")}</h1>
        <p className="text-quiet">
          {t("Curfew may have been updated, or the connection was lost on the way.")}
        </p>
        <button type="button" className="curfew-button" onClick={() => window.location.reload()}>
          {t("Reload")}
        </button>
      </section>
    );
  }
}
