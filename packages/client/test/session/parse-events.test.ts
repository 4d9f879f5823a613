import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createEventParser } from "../../src/session/parse-events.js";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** What comes out of a stream that arrives in pieces of these sizes, over and over. */
function parse(text: string, sizes: readonly number[]): unknown[] {
  const read = createEventParser();
  const all = bytes(text);
  const events: unknown[] = [];
  for (let from = 0, turn = 0; from < all.length; turn++) {
    const size = sizes[turn % sizes.length] ?? all.length;
    events.push(...read(all.subarray(from, from + size)));
    from += size;
  }
  return events;
}

describe("an event stream", () => {
  test("is read event by event", () => {
    expect(parse("event: a\ndata: 1\n\nevent: b\ndata: 2\n\n", [1000])).toEqual([
      { type: "a", data: "1" },
      { type: "b", data: "2" },
    ]);
  });

  test("keeps an event until its blank line has come", () => {
    const read = createEventParser();
    expect(read(bytes("event: a\ndata: 1\n"))).toEqual([]);
    expect(read(bytes("\n"))).toEqual([{ type: "a", data: "1" }]);
  });

  test("makes nothing of comments, and nothing of an event without data", () => {
    expect(parse(": here\n\nevent: a\n\n: there\ndata: 1\n\n", [1000])).toEqual([
      { type: "message", data: "1" },
    ]);
  });

  test("may have its fields with no space before what they say", () => {
    expect(parse("event:a\ndata:1\n\n", [1000])).toEqual([{ type: "a", data: "1" }]);
  });

  test("forgets an event's type with the event", () => {
    expect(parse("event: a\ndata: 1\n\ndata: 2\n\n", [1000])).toEqual([
      { type: "a", data: "1" },
      { type: "message", data: "2" },
    ]);
  });

  test("says the same however its lines end and wherever it is cut, inside a character too", () => {
    const texts = fc.array(
      fc.record({
        type: fc.constantFrom("session.state", "session.ended"),
        data: fc.constantFrom('{"name":"Ada"}', '{"name":"Zoë 漢字 🦉"}', "1"),
      }),
      { minLength: 1, maxLength: 5 },
    );
    fc.assert(
      fc.property(
        texts,
        fc.constantFrom("\n", "\r\n"),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }),
        (events, end, sizes) => {
          const text = events.map(
            ({ type, data }) => `: hm${end}event: ${type}${end}data: ${data}${end}${end}`,
          );
          expect(parse(text.join(""), sizes)).toEqual(events);
        },
      ),
    );
  });
});
