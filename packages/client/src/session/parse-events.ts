/** One server-sent event. */
export interface ServerSentEvent {
  type: string;
  data: string;
}

/**
 * Makes a reader of an event stream (WHATWG HTML §9.2.6) as the contract has it, with one line of data to an event. It is
 * fed with chunks, cut anywhere, and answers the events that each completes.
 */
export function createEventParser(): (chunk: Uint8Array) => ServerSentEvent[] {
  const decoder = new TextDecoder();
  let rest = "";
  return (chunk) => {
    const blocks = (rest + decoder.decode(chunk, { stream: true })).split(/\r?\n\r?\n/);
    rest = blocks.pop() ?? "";
    return blocks.flatMap((block) => {
      const [, type = "message", data] = /^(?:event: ?(.*)\r?\n)?data: ?(.*)/m.exec(block) ?? [];
      return data ? [{ type, data }] : [];
    });
  };
}
