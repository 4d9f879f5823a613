import { ENCODINGS, type Encoding } from "./web-file.js";

/**
 * Which of the encodings that a file is kept in the client weighs highest (RFC 9110 §12.5.3); of equal ones, ours. Null
 * where it takes none of them, or says nothing: then the file goes as it is.
 *
 * @param accepted the `Accept-Encoding` header
 * @param kept the encodings there are
 * @example chooseEncoding("gzip, br;q=0.5", ["br", "gzip"]) // "gzip"
 */
export function chooseEncoding(accepted: string | undefined, kept: readonly Encoding[]): Encoding | null {
  const weights = new Map((accepted ?? "").split(",").map(weighed));
  let best: { readonly encoding: Encoding; readonly weight: number } | null = null;
  for (const encoding of ENCODINGS) {
    const weight = weights.get(encoding) ?? weights.get("*") ?? 0;
    if (weight > (best?.weight ?? 0) && kept.includes(encoding)) best = { encoding, weight };
  }
  return best?.encoding ?? null;
}

function weighed(item: string): [name: string, weight: number] {
  const [name = "", ...parameters] = item.split(";").map((part) => part.trim().toLowerCase());
  const weight = parameters.find((parameter) => parameter.startsWith("q="));
  return [name, weight === undefined ? 1 : Number(weight.slice(2)) || 0];
}
