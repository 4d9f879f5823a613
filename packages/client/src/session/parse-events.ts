/** One server-sent event. */
export interface ServerSentEvent {
  type: string;
  data: string;
}

/**
 * Makes a reader of an event stream (WHATWG HTML §9.2.6) that is fed with chunks, cut anywhere, and answers the events
 * that each completes.
 */
export function createEventParser(): (chunk: Uint8Array) => ServerSentEvent[] {
  const decoder = new TextDecoder();
  let rest = "";
  let type = "";
  let data: string[] = [];
  return (chunk) => {
    const events: ServerSentEvent[] = [];
    // A CR at the very end may be half of a CRLF.
    const lines = (rest + decoder.decode(chunk, { stream: true })).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const [, field, value = ""] = /^([^:]*)(?:: ?(.*))?$/.exec(line) ?? [];
      if (field === "event") type = value;
      if (field === "data") data.push(value);
      if (line !== "") continue;
      if (data.length > 0) events.push({ type: type || "message", data: data.join("\n") });
      type = "";
      data = [];
    }
    return events;
  };
}
