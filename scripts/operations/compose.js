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
 * A text with `${NAME}` and `${NAME:?why}` replaced.
 *
 * @param {string} text
 * @param {Readonly<Record<string, string>>} values
 * @throws where one has no value
 */
export const interpolate = (text, values) =>
  text.replaceAll(/\$\{(\w+)(?::\?[^}]*)?\}/g, (_whole, /** @type {string} */ name) => {
    const value = values[name];
    if (value === undefined || value === "") throw new Error(`compose.yaml: ${name} has no value`);
    return value;
  });

/** The names that a text asks for. @param {string} text */
export const askedFor = (text) => new Set([...text.matchAll(/\$\{(\w+)/g)].map(([, name = ""]) => name));

/**
 * The names and values of a file of settings.
 *
 * @param {string} text
 * @returns {Record<string, string>}
 */
export const readEnvironmentFile = (text) =>
  Object.fromEntries([...text.matchAll(/^(\w+)=(.*)$/gm)].map(([, name = "", value = ""]) => [name, value]));

/** The services that run Curfew. @param {ComposeFile} compose */
export const replicasOf = ({ services }) =>
  Object.entries(services).filter(([, service]) => service.build !== undefined);

/**
 * What of a compose file does not go with the service, the image and the proxy.
 *
 * @param {ComposeFile} compose
 * @param {{ settings: ReadonlySet<string>, port: string, proxy: string, exists: (path: string) => boolean }} against the
 * settings that the service reads, the image's port, and the text of the proxy's configuration
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
      : [`ops/Caddyfile: leads to ${upstreams.join(", ")}, not to ${expected.join(", ")}`]),
    ...replicas.flatMap(([name, service]) => replicaFaults(compose, name, service, settings)),
    ...Object.entries(compose.services).flatMap(([name, service]) => boundFaults(name, service)),
    ...Object.entries(compose.services).flatMap(([name, { volumes = [] }]) =>
      volumes
        .map((volume) => volume.split(":")[0] ?? "")
        .filter((from) => (from.startsWith(".") ? !exists(from) : !(from in compose.volumes)))
        .map((from) => `compose.yaml: ${name} mounts ${from}, which is not there`),
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
      .map((setting) => `compose.yaml: ${name} sets ${setting}, which the service does not read`),
    ...(database?.healthcheck === undefined
      ? [`compose.yaml: the database of ${name} is no service with a health check`]
      : []),
    ...(subnets.some(({ subnet }) => subnet === trusted)
      ? []
      : [`compose.yaml: ${name} trusts ${trusted}, which is no network of the proxy`]),
    ...(ports === undefined ? [] : [`compose.yaml: ${name} can be reached past the proxy`]),
  ];
}

/** @param {string} name @param {ComposeService} service */
const boundFaults = (name, { image, read_only, cap_drop, restart }) => [
  ...(/:[\w.-]+$/.test(image) && !image.endsWith(":latest") ? [] : [`compose.yaml: ${name} has no version`]),
  ...(read_only === true ? [] : [`compose.yaml: ${name} can write to its root`]),
  ...(cap_drop?.join() === "ALL" ? [] : [`compose.yaml: ${name} keeps capabilities`]),
  ...(restart === undefined ? [`compose.yaml: ${name} is not started again`] : []),
];

/** @param {string} url */
const hostOf = (url) => (URL.canParse(url) ? new URL(url).hostname : "");
