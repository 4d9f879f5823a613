import { posix } from "node:path";

/**
 * Finds links between Markdown files whose file or heading does not exist.
 *
 * @param {readonly import("./files.js").TextFile[]} files
 * @returns {string[]} the faults
 */
export function linkFaults(files) {
  const paths = new Set(files.map(({ path }) => path));
  const folders = new Set(files.flatMap(({ path }) => foldersAbove(path)));
  const pages = new Map(
    files.filter(({ path }) => path.endsWith(".md")).map(({ path, text }) => [path, text]),
  );
  /** @type {string[]} */
  const faults = [];
  for (const [path, text] of pages) {
    for (const link of linksOf(text)) {
      const [to = "", anchor] = link.split("#");
      const target = to === "" ? path : posix.join(posix.dirname(path), to).replace(/\/$/, "");
      if (!paths.has(target) && !folders.has(target)) faults.push(`${path}: no such file: ${link}`);
      else if (anchor && pages.has(target) && !anchorsOf(pages.get(target) ?? "").has(anchor))
        faults.push(`${path}: no such heading: ${link}`);
    }
  }
  return faults;
}

/** @param {string} path */
function foldersAbove(path) {
  const parts = path.split("/").slice(0, -1);
  return [".", ...parts.map((_, index) => parts.slice(0, index + 1).join("/"))];
}

/** @param {string} text */
const withoutCode = (text) => text.replace(/^(```|~~~)[\s\S]*?^\1/gm, "").replace(/`[^`\n]*`/g, "");

/** The link targets inside the repository. @param {string} text */
function linksOf(text) {
  const plain = withoutCode(text);
  const inline = [...plain.matchAll(/\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)/g)];
  const reference = [...plain.matchAll(/^\s*\[[^\]]+\]:\s*<?(\S+?)>?\s*$/gm)];
  return [...inline, ...reference]
    .map((match) => match[1] ?? "")
    .filter((link) => !/^([a-z][a-z+.-]*:|\/\/)/i.test(link));
}

/** The anchors of a page's headings. @param {string} text */
function anchorsOf(text) {
  const headings = text.replace(/^(```|~~~)[\s\S]*?^\1/gm, "").matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm);
  /** @type {Map<string, number>} */
  const seen = new Map();
  return new Set(
    [...headings].map(([, heading = ""]) => {
      const slug = slugOf(heading);
      const before = seen.get(slug) ?? 0;
      seen.set(slug, before + 1);
      return before === 0 ? slug : `${slug}-${before}`;
    }),
  );
}

/** @param {string} heading */
const slugOf = (heading) =>
  heading
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .replace(/\s/g, "-");
