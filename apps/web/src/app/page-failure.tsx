import { Component, type ReactNode } from "react";

/** Stands in where a page can't be loaded or drawn: the rest of the app goes on, and a reload may mend it. */
export class PageFailure extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return (
      <section role="alert" className="column page grid justify-items-start gap-4">
        <h1>This page could not be loaded</h1>
        <p className="text-quiet">Curfew may have been updated, or the connection was lost on the way.</p>
        <button type="button" className="curfew-button" onClick={() => window.location.reload()}>
          Reload
        </button>
      </section>
    );
  }
}
