/** A substitute for curl with the options that the README uses: `-s`, `-i`, `-N`, `-X`, `-H` and `-d`. */
import { parseArgs } from "node:util";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    silent: { type: "boolean", short: "s" },
    include: { type: "boolean", short: "i" },
    "no-buffer": { type: "boolean", short: "N" },
    request: { type: "string", short: "X" },
    header: { type: "string", short: "H", multiple: true },
    data: { type: "string", short: "d" },
  },
});
const headers = (values.header ?? []).map((line) => {
  const colon = line.indexOf(":");
  return /** @type {[string, string]} */ ([line.slice(0, colon), line.slice(colon + 1).trim()]);
});
const answer = await fetch(String(positionals[0]), {
  method: values.request ?? (values.data === undefined ? "GET" : "POST"),
  headers,
  ...(values.data === undefined ? {} : { body: values.data }),
});
if (values.include) {
  const lines = [...answer.headers].map(([name, value]) => `${name === "etag" ? "ETag" : name}: ${value}`);
  process.stdout.write([`HTTP/1.1 ${answer.status} ${answer.statusText}`, ...lines, "", ""].join("\r\n"));
}
for await (const chunk of answer.body ?? []) process.stdout.write(chunk);
