import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { Plugin } from "vite";

/** Smaller files fit into one packet uncompressed. */
const BYTES_MIN = 1_000;

/** Emits a Brotli and a gzip version of every file, so that the server does not compress responses. */
export const precompress = (): Plugin => ({
  name: "curfew:precompress",
  apply: "build",
  generateBundle: {
    order: "post",
    handler(_, bundle) {
      for (const [fileName, output] of Object.entries(bundle)) {
        const source = output.type === "chunk" ? output.code : output.source;
        const bytes = Buffer.from(source);
        if (bytes.byteLength < BYTES_MIN) continue;
        this.emitFile({ type: "asset", fileName: `${fileName}.br`, source: brotli(bytes) });
        this.emitFile({ type: "asset", fileName: `${fileName}.gz`, source: gzipSync(bytes, { level: 9 }) });
      }
    },
  },
});

const brotli = (bytes: Buffer): Buffer =>
  brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.byteLength,
    },
  });
