/**
 * @typedef {object} ComposeService
 * @property {string} image
 * @property {unknown} [build]
 * @property {Record<string, string>} [environment]
 * @property {string[]} [networks]
 * @property {string[]} [volumes]
 * @property {string[]} [ports]
 * @property {boolean} [read_only]
 * @property {string[]} [cap_drop]
 * @property {string} [restart]
 * @property {object} [healthcheck]
 */

/**
 * @typedef {object} ComposeFile
 * @property {Record<string, ComposeService>} services
 * @property {Record<string, { ipam?: { config: { subnet: string }[] } } | null>} networks
 * @property {Record<string, unknown>} volumes
 */

/**
 * Replaces `${NAME}` and `${NAME:?message}`, as Docker Compose does.
 *
 * @param {string} text
 * @param {Readonly<Record<string, string>>} values
 * @throws if a variable has no value
 */
export const interpolate = (text, values) =>
  text.replaceAll(/\$\{(\w+)(?::\?[^}]*)?\}/g, (_whole, /** @type {string} */ name) => {
    const value = values[name];
    if (value === undefined || value === "") throw new Error(`compose.yaml: ${name} has no value`);
    return value;
  });

/** The variables that a text refers to. @param {string} text */
export const variablesIn = (text) => new Set([...text.matchAll(/\$\{(\w+)/g)].map(([, name = ""]) => name));

/** The services that run Curfew. @param {ComposeFile} compose */
export const replicasOf = ({ services }) =>
  Object.entries(services).filter(([, service]) => service.build !== undefined);

/**
 * Finds contradictions between a compose file and the service, the image or the proxy's configuration.
 *
 * @param {ComposeFile} compose
 * @param {object} against
 * @param {ReadonlySet<string>} against.settings the settings that the service reads
 * @param {string} against.port the image's port
 * @param {string} against.proxy the text of the proxy's configuration
 * @param {(path: string) => boolean} against.exists whether the repository has a path
 * @returns {string[]} the faults
 */
export function composeFaults(compose, { settings, port, proxy, exists }) {
  const replicas = replicasOf(compose);
  const upstreams = /^\s*reverse_proxy (.+) \{$/m.exec(proxy)?.[1]?.split(" ") ?? [];
  const expected = replicas.map(([name]) => `${name}:${port}`);
  return [
    ...(replicas.length >= 3 ? [] : ["compose.yaml: fewer than three replicas"]),
    ...(upstreams.join() === expected.join()
      ? []
      : [`ops/Caddyfile: proxies to ${upstreams.join(", ")}, not to ${expected.join(", ")}`]),
    ...replicas.flatMap(([name, service]) => replicaFaults(compose, name, service, settings)),
    ...Object.entries(compose.services).flatMap(([name, service]) => boundFaults(name, service)),
    ...Object.entries(compose.services).flatMap(([name, { volumes = [] }]) =>
      volumes
        .map((volume) => volume.split(":")[0] ?? "")
        .filter((from) => (from.startsWith(".") ? !exists(from) : !(from in compose.volumes)))
        .map((from) => `compose.yaml: ${name} mounts ${from}, which does not exist`),
    ),
  ];
}

/**
 * @param {ComposeFile} compose
 * @param {string} name
 * @param {ComposeService} service
 * @param {ReadonlySet<string>} settings
 */
function replicaFaults({ services, networks }, name, { environment = {}, ports }, settings) {
  const database = services[hostOf(environment["DATABASE_URL"] ?? "")];
  const subnets = Object.values(networks).flatMap((network) => network?.ipam?.config ?? []);
  const trusted = environment["CURFEW_TRUSTED_PROXIES"];
  return [
    ...Object.keys(environment)
      .filter((setting) => !settings.has(setting))
      .map((setting) => `compose.yaml: ${name} sets ${setting}, which is not a setting`),
    ...(database?.healthcheck === undefined
      ? [`compose.yaml: the database of ${name} has no health check`]
      : []),
    ...(subnets.some(({ subnet }) => subnet === trusted)
      ? []
      : [`compose.yaml: ${name} trusts ${trusted}, which is not the proxy's network`]),
    ...(ports === undefined ? [] : [`compose.yaml: ${name} publishes a port, which only the proxy may`]),
  ];
}

/** @param {string} name @param {ComposeService} service */
const boundFaults = (name, { image, read_only, cap_drop, restart }) => [
  ...(/:[\w.-]+$/.test(image) && !image.endsWith(":latest")
    ? []
    : [`compose.yaml: the image of ${name} is not pinned`]),
  ...(read_only === true ? [] : [`compose.yaml: the root file system of ${name} is writable`]),
  ...(cap_drop?.join() === "ALL" ? [] : [`compose.yaml: ${name} does not drop all capabilities`]),
  ...(restart === undefined ? [`compose.yaml: ${name} has no restart policy`] : []),
];

/** @param {string} url */
const hostOf = (url) => (URL.canParse(url) ? new URL(url).hostname : "");
