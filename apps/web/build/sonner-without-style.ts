import type { Plugin } from "vite";

const SONNER = /\/sonner\/dist\/index\.mjs$/;
const INSERTS_STYLE = /^__insertCSS\(.+\);?$/gm;

/**
 * Takes out of sonner the `<style>` that it would put into the page, which our Content-Security-Policy forbids: the app
 * imports `sonner/dist/styles.css`, which is the same.
 */
export const sonnerWithoutStyle = (): Plugin => ({
  name: "curfew:sonner-without-style",
  transform: {
    filter: { id: SONNER },
    handler(code) {
      if (!INSERTS_STYLE.test(code)) this.error("sonner inserts its style in another way than it used to");
      return { code: code.replaceAll(INSERTS_STYLE, ""), map: null };
    },
  },
});
