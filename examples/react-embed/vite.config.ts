import react from "@vitejs/plugin-react";
import { defaultClientConditions, defineConfig } from "vite";

export default defineConfig({
  plugins: [react()],
  resolve: { conditions: ["@curfew/source", ...defaultClientConditions] },
  // Stands in for the reverse proxy of a real deployment: API calls stay on the page's origin.
  server: { port: 5173, strictPort: true, proxy: { "/api": "http://localhost:4000" } },
});
