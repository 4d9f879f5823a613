import type { WebApp, WebFile } from "../../../src/pages/web-app/web-file.js";

const bytes = (text: string) => new TextEncoder().encode(text);

/** A file whose encodings are not compressed at all, so that a test can read which one it was sent. */
const webFile = (contentType: string, text: string): WebFile => ({
  contentType,
  bytes: bytes(text),
  encoded: { br: bytes(`br of ${text}`), gzip: bytes(`gzip of ${text}`) },
});

/** A web app of three files; the icon is kept in no other encoding. */
export const BUILT_APP: WebApp = {
  index: webFile("text/html; charset=utf-8", '<!doctype html>\n<html lang="en">the app</html>'),
  assets: new Map([
    ["index-B3x.js", webFile("text/javascript; charset=utf-8", "start()")],
    ["icon-C4y.svg", { ...webFile("image/svg+xml", "<svg/>"), encoded: {} }],
  ]),
};
