/** Text that is valid only on one machine or in one network. */
const FORBIDDEN = [
  { what: "a path of one machine", pattern: /(?<![\w.])\/(?:home|Users|root|work)\/[\w.-]+/ },
  { what: "a path of one machine", pattern: /\b[A-Z]:\\Users\\/ },
  { what: "the address of a registry", pattern: /\bregistry\.[a-z0-9-]+\.[a-z]{2,}/i },
  {
    what: "the address of a registry",
    pattern: /https?:\/\/[^\s"'`)]*\/(?:npm|registry|artifactory|nexus)\//i,
  },
];

/**
 * Finds machine-specific paths and registry addresses.
 *
 * @param {readonly import("./files.js").TextFile[]} files
 * @returns {string[]} the faults
 */
export function addressFaults(files) {
  return files
    .filter(isNotLockFile)
    .flatMap(({ path, text }) =>
      text
        .split("\n")
        .flatMap((line, index) =>
          FORBIDDEN.filter(({ pattern }) => pattern.test(line)).map(
            ({ what }) => `${path}:${index + 1}: ${what}`,
          ),
        ),
    );
}

/** Lock files contain third-party URLs and have their own rule. @param {{ path: string }} file */
const isNotLockFile = ({ path }) => !path.endsWith("package-lock.json");

/**
 * Finds lock file entries with a `resolved` URL. Without them `npm ci` works with any registry.
 *
 * @param {readonly import("./files.js").TextFile[]} files
 * @returns {string[]} the faults
 */
export function lockFileFaults(files) {
  return files
    .filter(({ path }) => path.endsWith("package-lock.json"))
    .flatMap(({ path, text }) => {
      /** @type {{ packages?: Record<string, { resolved?: string }> }} */
      const { packages = {} } = JSON.parse(text);
      return Object.entries(packages)
        .filter(([, { resolved }]) => resolved !== undefined && /^[a-z+]+:/i.test(resolved))
        .map(([name]) => `${path}: ${name} has a "resolved" address`);
    });
}
