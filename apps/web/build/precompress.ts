import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { Plugin } from "vite";

/** Below this, compressing saves nothing that a packet would notice. */
const BYTES_MIN = 1_000;

/** Puts beside every file of the build what it is compressed to, so that the server compresses nothing as it serves. */
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
