import type { Plugin } from "vite";

const SONNER = /\/sonner\/dist\/index\.mjs$/;
const INSERTS_STYLE = /^__insertCSS\(.+\);?$/gm;

/**
 * Removes the `<style>` element that sonner inserts, which the Content-Security-Policy forbids. The app imports the same
 * styles from `sonner/dist/styles.css`.
 */
export const sonnerWithoutStyle = (): Plugin => ({
  name: "curfew:sonner-without-style",
  transform: {
    filter: { id: SONNER },
    handler(code) {
      if (!INSERTS_STYLE.test(code)) this.error("sonner does not insert its styles as expected");
      return { code: code.replaceAll(INSERTS_STYLE, ""), map: null };
    },
  },
});
