import type { EventType } from "@curfew/client";
import type { ActivityFact, FactOf } from "./activity-fact.js";
import type { ActivityTexts } from "./activity-texts.js";

/**
 * Says what happened, without a full stop: the time follows it.
 *
 * @example activitySentence({ type: "user.signed_in", who: "Ada" }, texts.activity) // "Ada signed in"
 */
export function activitySentence<Type extends EventType>(
  fact: FactOf<Type> & ActivityFact,
  texts: ActivityTexts,
): string {
  const say = texts.sentences[fact.type] as (of: ActivityFact) => string;
  return say(fact);
}
