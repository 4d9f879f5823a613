/** Obscure phrases, in lower case, that earlier comments, titles and test names contained. Use plain, direct wording instead. */
export const FORBIDDEN_PHRASES = [
  "ask no list of proxies",
  "while so many goings are under way",
  "who comes waits for one to be over",
  "who can't be answered with the others",
  "a unit that reads has nothing to announce",
  "who nobody asks about",
  "it takes a deadline that it does not know yet to be past",
  "by name, here as everywhere",
  "of nothing that is nothing",
  "there is no such thing",
  "of thirty-six attempts at once",
  "is begun anew",
  "its first word is how things stand",
  "told of each act",
];

/** This list and its test, the decision records, and lock files. */
const IS_EXEMPT =
  /^scripts\/(?:house\/words|test\/words\.test)\.js$|^docs\/decisions\/|(?:^|\/)package-lock\.json$/;

/** White space between two words, including a comment marker at the start of the next line. */
const BETWEEN_WORDS = String.raw`\s+(?:(?:\*|//|#|--)\s+)?`;

const PATTERNS = FORBIDDEN_PHRASES.map((phrase) => ({
  phrase,
  pattern: new RegExp(phrase.split(" ").join(BETWEEN_WORDS), "gi"),
}));

/**
 * Finds forbidden phrases, also across the lines of a comment.
 *
 * @param {readonly import("./files.js").TextFile[]} files
 * @returns {string[]} the faults
 */
export function phraseFaults(files) {
  return files
    .filter(({ path }) => !IS_EXEMPT.test(path))
    .flatMap(({ path, text }) =>
      PATTERNS.flatMap(({ phrase, pattern }) =>
        [...text.matchAll(pattern)].map(({ index }) => {
          const line = text.slice(0, index).split("\n").length;
          return `${path}:${line}: “${phrase}”: reword it in plain English`;
        }),
      ),
    );
}
