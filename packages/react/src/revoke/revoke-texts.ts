import type { RevokeScope } from "@curfew/client";

/** How much a revocation ends: sessions in all, and people who lose one (`others`: the person who does it not among them). */
export interface RevokeCounts {
  readonly sessions: number;
  readonly people: number;
}

/** The words of the question before many sessions end; each by scope. */
export interface RevokeTexts {
  readonly title: Readonly<Record<RevokeScope, (counts: RevokeCounts) => string>>;
  readonly text: Readonly<Record<RevokeScope, (counts: RevokeCounts) => string>>;
  readonly confirm: Readonly<Record<RevokeScope, (counts: RevokeCounts) => string>>;
  readonly busy: string;
}
