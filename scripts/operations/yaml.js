import { createRequire } from "node:module";

/** No tool of ours reads YAML but the linter of unused code: its reader is the one that is installed. */
const { parse } = /** @type {{ parse(text: string): unknown }} */ (
  createRequire(import.meta.resolve("knip"))("yaml")
);

/**
 * What a text in YAML 1.2 says.
 *
 * @param {string} text
 * @returns {unknown}
 * @throws where it is none
 */
export const parseYaml = (text) => parse(text);
