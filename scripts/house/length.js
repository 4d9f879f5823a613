const LINES_MAX = 400;
const MOST = { linesMax: 250, share: 0.9 };
const HALF = { linesMax: 90, share: 0.5 };

const IS_CODE = /\.(ts|tsx|js)$/;
const IS_SOURCE = /^(packages|apps)\/[^/]+\/src\/.*\.tsx?$/;

/**
 * Checks file lengths: at most 400 lines each; nine in ten sources under 250 lines of code, and half of them under 90.
 *
 * @param {readonly import("./files.js").TextFile[]} files
 * @returns {string[]} the faults
 */
export function lengthFaults(files) {
  const faults = files
    .filter(({ path, text }) => IS_CODE.test(path) && lineCount(text) > LINES_MAX)
    .map(({ path, text }) => `${path}: ${lineCount(text)} lines, more than ${LINES_MAX}`);
  const lengths = files.filter(({ path }) => IS_SOURCE.test(path)).map(({ text }) => codeLineCount(text));
  for (const { linesMax, share } of [MOST, HALF]) {
    const under = lengths.filter((lines) => lines < linesMax).length;
    if (under < lengths.length * share)
      faults.push(
        `sources: ${under} of ${lengths.length} are under ${linesMax} lines of code, fewer than ${share}`,
      );
  }
  return faults;
}

/** @param {string} text */
const lineCount = (text) => text.split("\n").length - (text.endsWith("\n") ? 1 : 0);

/** @param {string} text */
const codeLineCount = (text) =>
  text.split("\n").filter((line) => {
    const code = line.trim();
    return code !== "" && !/^(\/\/|\/\*|\*)/.test(code);
  }).length;
