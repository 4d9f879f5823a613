import { useCurfew } from "@curfew/react";
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { warningOption } from "./warning-option.js";

/** Warns as long before a deadline as the service says (`CURFEW_WARNING_SECONDS`); until it has answered, five minutes. */
export function WarningTime() {
  const { api } = useCurfew();
  const config = useQuery({
    queryKey: ["config"],
    queryFn: () => api("GET /api/config"),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const seconds = config.data?.warning_seconds;
  useEffect(() => {
    if (seconds !== undefined) warningOption.warningSeconds = seconds;
  }, [seconds]);
  return null;
}
