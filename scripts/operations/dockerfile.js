import { Copy, DockerfileParser, Entrypoint, Env, Healthcheck } from "dockerfile-ast";

/**
 * What a Dockerfile's text says about its image.
 *
 * @typedef {object} Image
 * @property {Readonly<Record<string, string>>} environment
 * @property {readonly string[]} entryPoint
 * @property {readonly string[]} healthCheck the command
 */

/** @typedef {import("dockerfile-ast").Instruction} Instruction */

/** @param {readonly Instruction[]} instructions @param {string} keyword */
const argumentsOf = (instructions, keyword) =>
  instructions
    .filter((instruction) => instruction.getKeyword() === keyword)
    .map((instruction) => instruction.getArgumentsContent() ?? "");

/** The instructions of the last stage. @param {readonly Instruction[]} instructions */
const lastStageOf = (instructions) =>
  instructions.slice(instructions.map((instruction) => instruction.getKeyword()).lastIndexOf("FROM"));

/**
 * Reads environment, entry point and health check from a Dockerfile's last stage.
 *
 * @param {string} text
 * @returns {Image}
 */
export function readImage(text) {
  const stage = lastStageOf(DockerfileParser.parse(text).getInstructions());
  const entryPoint = stage.find((instruction) => instruction instanceof Entrypoint);
  const healthCheck = stage.find((instruction) => instruction instanceof Healthcheck);
  return {
    environment: Object.fromEntries(
      stage
        .filter((instruction) => instruction instanceof Env)
        .flatMap((instruction) => instruction.getProperties())
        .map((property) => [property.getName(), property.getValue() ?? ""]),
    ),
    entryPoint: execForm(entryPoint?.getArgumentsContent() ?? "[]"),
    healthCheck: execForm(healthCheck?.getArgumentsContent()?.replace(/^(?:--\S+\s+)*CMD\s+/, "") ?? "[]"),
  };
}

/**
 * Parses a command in Docker's exec form, a JSON array of strings.
 *
 * @param {string} text
 * @returns {string[]}
 */
function execForm(text) {
  /** @type {unknown} */
  const command = JSON.parse(text);
  if (!Array.isArray(command)) throw new Error(`Dockerfile: ${text} is not in exec form`);
  return command.map(String);
}

/** The newest release of its line in `npm view node versions` on 29 November 2026. Raise it with the image. */
const CURRENT_NODE = [22, 23, 3];

/** @param {string} image the tag; one that is not pinned is not judged */
function isCurrentNode(image) {
  const [, ...version] = /^(\d+)\.(\d+)\.(\d+)-/.exec(image) ?? [];
  const difference = CURRENT_NODE.map((part, index) => Number(version[index] ?? part) - part);
  return (difference.find((part) => part !== 0) ?? 0) >= 0;
}

/**
 * Finds faults of a Dockerfile without building it.
 *
 * @param {string} text
 * @param {object} against
 * @param {(path: string) => boolean} against.exists whether the repository has a path
 * @param {ReadonlySet<string>} against.scripts the npm scripts
 * @param {string} against.collected the directory in which the build stage collects the image
 * @returns {string[]} the faults
 */
export function dockerfileFaults(text, { exists, scripts, collected }) {
  const instructions = DockerfileParser.parse(text).getInstructions();
  const stage = lastStageOf(instructions);
  const { environment } = readImage(text);
  const commands = argumentsOf(instructions, "RUN");
  const image = argumentsOf(instructions, "ARG")
    .map((argument) => /^NODE_IMAGE=node:(\S+)$/.exec(argument)?.[1])
    .join("");
  const copies = instructions.filter((instruction) => instruction instanceof Copy);
  const missing = [
    ...copies.flatMap((copy) => {
      const from = copy.getFromFlag();
      const sources = copy.getArguments().map(String).slice(0, -1);
      return sources
        .filter((source) => (from === null ? !exists(source) : source !== collected))
        .map((source) => `COPY of ${source}, which does not exist`);
    }),
    ...commands.flatMap((command) => [
      ...[...command.matchAll(/\bnpm run (\S+)/g)]
        .filter(([, name = ""]) => !scripts.has(name))
        .map(([, name]) => `RUN of the npm script ${name}, which does not exist`),
      ...[...command.matchAll(/\bnode (scripts\/\S+)/g)]
        .filter(([, path = ""]) => !exists(path))
        .map(([, path]) => `RUN of ${path}, which does not exist`),
    ]),
  ];
  /** @type {readonly (readonly [boolean, string])[]} */
  const rules = [
    [/^\d+\.\d+\.\d+-/.test(image), `the Node image "${image}" is not pinned to a patch version`],
    [isCurrentNode(image), `the Node image "${image}" is older than ${CURRENT_NODE.join(".")}`],
    [argumentsOf(stage, "USER").some((user) => user !== "root"), "the container runs as root"],
    [argumentsOf(stage, "EXPOSE").join() === environment["PORT"], "EXPOSE differs from PORT"],
    [argumentsOf(stage, "STOPSIGNAL").join() === "SIGTERM", "STOPSIGNAL is not SIGTERM"],
    [
      argumentsOf(stage, "VOLUME").includes(environment["CURFEW_DATA_DIR"] ?? ""),
      "CURFEW_DATA_DIR is not a volume",
    ],
    [argumentsOf(stage, "HEALTHCHECK").some((check) => check.includes("/healthz")), "HEALTHCHECK is missing"],
  ];
  const secrets = Object.keys(environment).filter((name) => /SECRET|TOKEN|PASSWORD|DATABASE_URL/.test(name));
  return [
    ...missing,
    ...rules.filter(([holds]) => !holds).map(([, fault]) => fault),
    ...secrets.map((name) => `${name} is set in the image`),
  ].map((fault) => `Dockerfile: ${fault}`);
}
