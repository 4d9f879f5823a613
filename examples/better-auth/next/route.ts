import { toNextHandlers } from "@curfew/http/next";
import { auth } from "./auth.js";

export const { GET, HEAD, POST, PATCH, DELETE, OPTIONS } = toNextHandlers(auth);
