import { parse } from "yaml";

/**
 * What a text in YAML 1.2 says.
 *
 * @param {string} text
 * @returns {unknown}
 * @throws where it is none
 */
export const parseYaml = (text) => parse(text);
