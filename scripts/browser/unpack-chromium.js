import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";

/** Inside `node_modules`, so `npm ci` clears it. */
const CACHE = join(import.meta.dirname, "../../node_modules/.cache");

/**
 * Unpacks `@sparticuz/chromium` with the libraries and fonts that a minimal machine lacks, unless it is unpacked already.
 *
 * The package's `args` are not used: they are for cloud functions (a single process, no web security).
 *
 * @returns {Promise<{ executablePath: string, env: Record<string, string> } | null>} `env` is to be merged into the process's
 *   environment; null on unsupported platforms
 */
export async function unpackChromium() {
  if (process.platform !== "linux" || process.arch !== "x64") return null;
  const entry = createRequire(import.meta.url).resolve("@sparticuz/chromium");
  const root = join(dirname(entry), "..");
  const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  const directory = join(CACHE, `chromium-${version}`);
  if (!existsSync(directory)) await unpack(root, directory);
  return {
    executablePath: join(directory, "chromium"),
    env: {
      FONTCONFIG_FILE: join(directory, "fonts.conf"),
      LD_LIBRARY_PATH: [join(directory, "al2023/lib"), process.env["LD_LIBRARY_PATH"]]
        .filter(Boolean)
        .join(delimiter),
    },
  };
}

/**
 * Unpacks into a temporary directory and renames it, so that concurrent processes, and runs after an interrupted one, see a
 * complete directory or none.
 *
 * @param {string} root of the package
 * @param {string} directory
 */
async function unpack(root, directory) {
  await mkdir(CACHE, { recursive: true });
  const temporary = await mkdtemp(`${directory}-`);
  const { TMPDIR } = process.env;
  // The package always unpacks into TMPDIR.
  process.env["TMPDIR"] = temporary;
  try {
    const { default: packed, inflate } = await import("@sparticuz/chromium");
    await packed.executablePath(join(root, "bin"));
    await inflate(join(root, "bin/al2023.tar.br"));
  } finally {
    if (TMPDIR === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = TMPDIR;
  }
  await writeFile(join(temporary, "fonts.conf"), fontsConfiguration(directory));
  try {
    await rename(temporary, directory);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    if (!existsSync(directory)) throw error;
  }
}

/** @param {string} directory */
const fontsConfiguration = (directory) => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>${directory}/fonts/fonts</dir>
  <cachedir>${directory}/fonts-cache</cachedir>
</fontconfig>
`;
