import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const DIRECTORY = "screenshots";

/** Playwright's global teardown: writes `screenshots/index.html`, which shows every screenshot under its name. */
export default function writeContactSheet(): void {
  const names = readdirSync(DIRECTORY)
    .filter((name) => name.endsWith(".png"))
    .sort();
  const figures = names.map(
    (name) =>
      `<figure><a href="${name}"><img src="${name}" alt="" loading="lazy"></a><figcaption>${name.slice(0, -".png".length)}</figcaption></figure>`,
  );
  const style =
    "body { display: flex; flex-wrap: wrap; gap: 16px; font-family: system-ui } figure { margin: 0 } img { width: 240px; border: 1px solid #ccc }";
  const page = `<!doctype html>\n<meta charset="utf-8">\n<title>Screenshots</title>\n<style>${style}</style>\n${figures.join("\n")}\n`;
  writeFileSync(join(DIRECTORY, "index.html"), page);
}
