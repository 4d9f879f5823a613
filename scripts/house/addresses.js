/** What would only be right on one machine or in one network. */
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
 * Machine paths and registry addresses in what is written.
 *
 * @param {readonly import("./files.js").TextFile[]} files
 * @returns {string[]} the faults
 */
export function addressFaults(files) {
  return files
    .filter(isWritten)
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

/** A lock file quotes other people's addresses and has a rule of its own. @param {{ path: string }} file */
const isWritten = ({ path }) => !path.endsWith("package-lock.json");

/**
 * Lock files name what to install, never where from: `npm ci` then works with any registry.
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
