import { Outlet } from "react-router";
import { NotForYou } from "./not-for-you.js";
import { useUser } from "./user-context.js";

/** Lets owners through; a member is told in plain words that the page is not for them. */
export const OwnerGate = () => (useUser().role === "owner" ? <Outlet /> : <NotForYou />);
