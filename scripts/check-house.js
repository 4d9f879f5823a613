/** Part of `npm run lint`: the repository's own rules, which no linter has. */
import { join } from "node:path";
import { attackFaults } from "./attacks/page.js";
import { addressFaults, lockFileFaults } from "./house/addresses.js";
import { writtenFiles } from "./house/files.js";
import { lengthFaults } from "./house/length.js";
import { linkFaults } from "./house/links.js";
import { requirementFaults } from "./house/requirements.js";
import { phraseFaults } from "./house/words.js";

const files = writtenFiles(join(import.meta.dirname, ".."));
const faults = [
  lengthFaults,
  addressFaults,
  lockFileFaults,
  linkFaults,
  requirementFaults,
  attackFaults,
  phraseFaults,
].flatMap((rule) => rule(files));
for (const fault of faults) console.error(fault);
if (faults.length === 0) console.log(`${files.length} files keep the house rules`);
process.exitCode = faults.length === 0 ? 0 : 1;
