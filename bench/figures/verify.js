import { fileURLToPath } from "node:url";
import { compareRoutes } from "../measure/compare-routes.js";

const SERVER = fileURLToPath(new URL("../parts/route-process.js", import.meta.url));

/** GET of the same route with `requireSession` around its handler or before it, with middleware that does nothing, and without any. */
export async function verify() {
  const headers = (/** @type {{ accessToken: string }} */ { accessToken }) => ({
    authorization: `Bearer ${accessToken}`,
  });
  const guarded = { server: SERVER, headers, target: 0.88 };
  return [
    ...(await compareRoutes({
      ...guarded,
      figure: "authenticated GET, requireSession(curfew, handler)",
      paths: ["/handed", "/open"],
      limit: "the same route, open",
    })),
    ...(await compareRoutes({
      ...guarded,
      figure: "authenticated GET behind requireSession as middleware",
      paths: ["/behind", "/open"],
      limit: "the same route, open",
    })),
    ...(await compareRoutes({
      ...guarded,
      figure: "authenticated GET behind requireSession as middleware",
      paths: ["/behind", "/passed"],
      limit: "the same route behind middleware that does nothing",
    })),
  ];
}
