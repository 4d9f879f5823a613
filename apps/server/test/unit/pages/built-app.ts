import type { WebApp, WebFile } from "../../../src/pages/web-app.js";

const bytes = (text: string) => new TextEncoder().encode(text);

/** A file whose variants are readable text, so that a test can see which one was sent. */
const webFile = (contentType: string, text: string): WebFile => ({
  contentType,
  bytes: bytes(text),
  encoded: { br: bytes(`br of ${text}`), gzip: bytes(`gzip of ${text}`) },
});

/** A web app of three files; the icon has no compressed variants. */
export const BUILT_APP: WebApp = {
  index: webFile("text/html; charset=utf-8", '<!doctype html>\n<html lang="en">the app</html>'),
  assets: new Map([
    ["index-B3x.js", webFile("text/javascript; charset=utf-8", "start()")],
    ["icon-C4y.svg", { ...webFile("image/svg+xml", "<svg/>"), encoded: {} }],
  ]),
};
