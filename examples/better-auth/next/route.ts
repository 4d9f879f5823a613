import { toNextHandlers } from "@curfew/http/next";
import { auth } from "./auth.js";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = toNextHandlers(auth);
