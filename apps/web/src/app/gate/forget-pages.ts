import { queryClient } from "../queries/query-client.js";
import { dismissToasts } from "../toasts/toasts.js";

/** Drops whatever the pages of the person who was signed in have read or said. */
export function forgetPages(): void {
  queryClient.clear();
  dismissToasts();
}
