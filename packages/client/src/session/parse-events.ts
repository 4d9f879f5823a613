/** One server-sent event. */
export interface ServerSentEvent {
  type: string;
  data: string;
}

const BLANK_LINE = /(?:\r?\n){2}/;

/**
 * Makes a reader of an event stream (WHATWG HTML §9.2.6) as the contract has it, with one line of data to an event. It is
 * fed with chunks, cut anywhere, and answers the events that each completes.
 */
export function createEventParser(): (chunk: Uint8Array) => ServerSentEvent[] {
  const decoder = new TextDecoder();
  let rest = "";
  return (chunk) => {
    const blocks = (rest + decoder.decode(chunk, { stream: true })).split(BLANK_LINE);
    rest = blocks.pop() ?? "";
    return blocks.flatMap((block) => {
      const [, type = "message"] = /^event: ?(.*)/m.exec(block) ?? [];
      const [, data] = /^data: ?(.*)/m.exec(block) ?? [];
      return data ? [{ type, data }] : [];
    });
  };
}
