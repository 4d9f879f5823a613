import { useCurfew } from "@curfew/react";
import { useQuery } from "@tanstack/react-query";
import { Navigate } from "react-router";
import { WaitingLayout } from "../layout/waiting-layout.js";
import { PATHS } from "../paths.js";

/** Leads a visitor whom nobody knows: to the first account while there is none, else to the sign-in page. */
export function FirstVisit() {
  const { api } = useCurfew();
  const config = useQuery({ queryKey: ["config"], queryFn: () => api("GET /api/config"), retry: true });
  if (config.data === undefined) return <WaitingLayout reconnecting={config.failureCount > 1} />;
  return <Navigate to={config.data.first_run ? PATHS.register : PATHS.login} replace />;
}
