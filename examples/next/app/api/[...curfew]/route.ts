import { toNextHandlers } from "@curfew/http/next";
import { sessions } from "../../../lib/sessions";

export const { GET, HEAD, POST, PATCH, DELETE, OPTIONS } = toNextHandlers(sessions);
