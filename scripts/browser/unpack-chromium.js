import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";

/** The repository's own cache, which `npm ci` empties. */
const CACHE = join(import.meta.dirname, "../../node_modules/.cache");

/**
 * Unpacks the Chromium that comes from the npm registry with the libraries and fonts that a bare machine lacks; the
 * second time it is there already.
 *
 * Its package's own `args` are for a cloud function: one process for all and no web security. They are left out.
 *
 * @returns {Promise<{ executablePath: string, env: Record<string, string> } | null>} `env` goes on top of the usual environment;
 *   null on a platform that it does not run on
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
 * Unpacks beside and renames, so that whoever comes at the same time, or after an unpacking that was cut short, finds
 * all of it or nothing.
 *
 * @param {string} root of the package
 * @param {string} directory
 */
async function unpack(root, directory) {
  await mkdir(CACHE, { recursive: true });
  const beside = await mkdtemp(`${directory}-`);
  const { TMPDIR } = process.env;
  // The package unpacks into the directory for temporary files and nowhere else.
  process.env["TMPDIR"] = beside;
  try {
    const { default: packed, inflate } = await import("@sparticuz/chromium");
    await packed.executablePath(join(root, "bin"));
    await inflate(join(root, "bin/al2023.tar.br"));
  } finally {
    if (TMPDIR === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = TMPDIR;
  }
  await writeFile(join(beside, "fonts.conf"), fontsConfiguration(directory));
  try {
    await rename(beside, directory);
  } catch (error) {
    await rm(beside, { recursive: true, force: true });
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
