import { fileURLToPath } from "node:url";
import { compareRoutes } from "../measure/compare-routes.js";

const SERVER = fileURLToPath(new URL("../parts/route-process.js", import.meta.url));

/** GET of the same route with `requireSession`, with middleware that does nothing, and without any. */
export async function verify() {
  const guarded = {
    figure: "authenticated GET",
    server: SERVER,
    headers: (/** @type {{ accessToken: string }} */ { accessToken }) => ({
      authorization: `Bearer ${accessToken}`,
    }),
    target: 0.88,
  };
  return [
    ...(await compareRoutes({ ...guarded, paths: ["/guarded", "/open"], limit: "the same route, open" })),
    ...(await compareRoutes({
      ...guarded,
      paths: ["/guarded", "/passed"],
      limit: "the same route behind middleware that does nothing",
    })),
  ];
}
