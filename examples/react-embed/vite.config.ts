import react from "@vitejs/plugin-react";
import { defaultClientConditions, defineConfig } from "vite";

export default defineConfig({
  plugins: [react()],
  resolve: { conditions: ["@curfew/source", ...defaultClientConditions] },
  // Harbour's own server would pass these on to the service in just this way.
  server: { port: 5173, strictPort: true, proxy: { "/api": "http://localhost:4000" } },
});
