/** One server-sent event. */
export interface ServerSentEvent {
  type: string;
  data: string;
}

/** Two line ends; a CR at the very end may be half of a CRLF. */
const BLANK_LINE = /(?:\r\n|\n|\r(?!\n|$)){2}/;

/**
 * Makes a reader of an event stream (WHATWG HTML §9.2.6) that is fed with chunks, cut anywhere, and answers the events
 * that each completes.
 */
export function createEventParser(): (chunk: Uint8Array) => ServerSentEvent[] {
  const decoder = new TextDecoder();
  let rest = "";
  return (chunk) => {
    const blocks = (rest + decoder.decode(chunk, { stream: true })).split(BLANK_LINE);
    rest = blocks.pop() ?? "";
    return blocks.flatMap((block) => {
      const data = Array.from(block.matchAll(/^data: ?(.*)/gm), ([, line]) => line);
      const type = /^event: ?(.*)/m.exec(block)?.[1] ?? "message";
      return data.length > 0 ? [{ type, data: data.join("\n") }] : [];
    });
  };
}
