/**
 * @typedef {object} Instruction
 * @property {string} word in capitals
 * @property {string} rest
 */

/**
 * The instructions of a Dockerfile, continued lines joined and comments left out.
 *
 * @param {string} text
 * @returns {Instruction[]}
 */
export function instructionsOf(text) {
  const lines = text
    .split("\n")
    .filter((line) => !/^\s*(?:#|$)/.test(line))
    .join("\n")
    .replaceAll(/\\\n/g, " ");
  return lines.split("\n").flatMap((line) => {
    const [, word = "", rest = ""] = /^\s*(\w+)\s+(.*)$/.exec(line) ?? [];
    return word === "" ? [] : [{ word: word.toUpperCase(), rest: rest.trim().replaceAll(/\s+/g, " ") }];
  });
}

/**
 * The environment that an image hands its processes.
 *
 * @param {readonly Instruction[]} stage
 * @returns {Record<string, string>}
 */
export const environmentOf = (stage) =>
  Object.fromEntries(
    stage
      .filter(({ word }) => word === "ENV")
      .flatMap(({ rest }) => [...rest.matchAll(/(\w+)=(\S+)/g)])
      .map(([, name = "", value = ""]) => [name, value]),
  );

/** The instructions from the last `FROM` on. @param {readonly Instruction[]} instructions */
export const lastStageOf = (instructions) =>
  instructions.slice(instructions.map(({ word }) => word).lastIndexOf("FROM"));

/**
 * What of a Dockerfile can be seen to be wrong without building it.
 *
 * @param {string} text
 * @param {{ exists: (path: string) => boolean, scripts: ReadonlySet<string>, collected: string }} against what there is in the
 * repository, its npm scripts, and the directory that the build stage collects the image in
 * @returns {string[]} the faults
 */
export function dockerfileFaults(text, { exists, scripts, collected }) {
  const instructions = instructionsOf(text);
  const last = lastStageOf(instructions);
  const environment = environmentOf(last);
  /** @param {string} word */
  const said = (word) => last.filter((instruction) => instruction.word === word).map(({ rest }) => rest);
  const copied = instructions.filter(({ word }) => word === "COPY").map(({ rest }) => rest.split(" "));
  const commands = instructions.filter(({ word }) => word === "RUN").map(({ rest }) => rest);
  const image = /^ARG NODE_IMAGE=node:(\S+)$/m.exec(text)?.[1] ?? "";
  return [
    ...(/^\d+\.\d+\.\d+-/.test(image)
      ? []
      : [`Dockerfile: “${image}” is no version of Node that stays the same`]),
    ...copied.flatMap((words) => {
      const from = words.find((word) => word.startsWith("--from="));
      const sources = words.filter((word) => !word.startsWith("--")).slice(0, -1);
      const missing = sources.filter((source) =>
        from === undefined ? !exists(source) : source !== collected,
      );
      return missing.map((source) => `Dockerfile: COPY of ${source}, which is not there`);
    }),
    ...commands.flatMap((command) =>
      [...command.matchAll(/\bnpm run (\S+)/g)]
        .filter(([, name = ""]) => !scripts.has(name))
        .map(([, name]) => `Dockerfile: there is no npm script ${name}`),
    ),
    ...commands.flatMap((command) =>
      [...command.matchAll(/\bnode (scripts\/\S+)/g)]
        .filter(([, path = ""]) => !exists(path))
        .map(([, path]) => `Dockerfile: there is no ${path}`),
    ),
    ...(said("USER").some((user) => user !== "root") ? [] : ["Dockerfile: runs as root"]),
    ...(said("EXPOSE").join() === environment["PORT"] ? [] : ["Dockerfile: EXPOSE is not PORT"]),
    ...(said("STOPSIGNAL").join() === "SIGTERM"
      ? []
      : ["Dockerfile: STOPSIGNAL is not what the service waits for"]),
    ...(said("VOLUME").includes(environment["CURFEW_DATA_DIR"] ?? "")
      ? []
      : ["Dockerfile: the data are in no volume"]),
    ...(said("HEALTHCHECK").some((check) => check.includes("/healthz"))
      ? []
      : ["Dockerfile: no HEALTHCHECK"]),
    ...Object.keys(environment)
      .filter((name) => /SECRET|TOKEN|PASSWORD|DATABASE_URL/.test(name))
      .map((name) => `Dockerfile: ${name} is in the image`),
  ];
}

/**
 * The command that the image runs, as `ENTRYPOINT` has it.
 *
 * @param {readonly Instruction[]} stage
 * @returns {string[]}
 */
export function entryPointOf(stage) {
  const entry = stage.find(({ word }) => word === "ENTRYPOINT");
  /** @type {unknown} */
  const command = JSON.parse(entry?.rest ?? "[]");
  if (!Array.isArray(command)) throw new Error("ENTRYPOINT is no list");
  return command.map(String);
}
