import { chooseEncoding } from "./choose-encoding.js";
import { ENCODINGS, type WebFile } from "./web-file.js";

/**
 * Answers with a file, compressed where the client takes that.
 *
 * @param acceptEncoding the request's `Accept-Encoding`
 * @param headers whatever else the answer carries
 */
export function answerFile(
  file: WebFile,
  acceptEncoding: string | undefined,
  headers: Readonly<Record<string, string>>,
): Response {
  const encoding = chooseEncoding(
    acceptEncoding,
    ENCODINGS.filter((name) => file.encoded[name] !== undefined),
  );
  const bytes = (encoding === null ? undefined : file.encoded[encoding]) ?? file.bytes;
  return new Response(bytes, {
    headers: {
      ...headers,
      "Content-Type": file.contentType,
      "Content-Length": String(bytes.byteLength),
      Vary: "Accept-Encoding",
      ...(encoding === null ? {} : { "Content-Encoding": encoding }),
    },
  });
}
