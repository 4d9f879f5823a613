import type { EventType } from "@curfew/client";
import type { FactOf } from "./activity-fact.js";

/** The words of the audit trail. */
export interface ActivityTexts {
  readonly title: string;
  readonly type: string;
  readonly allTypes: string;
  readonly types: Readonly<Record<EventType, string>>;
  readonly sentences: { readonly [Type in EventType]: (fact: FactOf<Type>) => string };
  readonly download: string;
  readonly downloading: string;
  readonly empty: string;
  readonly emptyOfType: string;
}
