import { counted } from "../../words/counted.js";
import type { Question } from "../account/confirm-dialog.js";

/**
 * What is asked before a person's other sessions end.
 *
 * @param count how many they are; null where that is not known
 */
export function othersQuestion(count: number | null): Question {
  const others = count === null ? "all your other sessions" : `your ${counted(count, "other session")}`;
  return {
    title: "Sign out your other sessions?",
    text: `This ends ${others} at once. This device stays signed in.`,
    confirm: count === null ? "Sign out all others" : `Sign out ${counted(count, "other session")}`,
    isHarsh: true,
  };
}
