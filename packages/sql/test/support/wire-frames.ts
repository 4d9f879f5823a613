const TYPE_BYTES = 1;
const LENGTH_BYTES = 4;

/** One message of PostgreSQL's protocol. */
export interface Frame {
  readonly type: string;
  readonly body: Buffer;
  /** As it came. */
  readonly whole: Buffer;
}

/** Cuts what comes over a connection into messages. */
export class Frames {
  #rest: Buffer = Buffer.alloc(0);

  feed(chunk: Buffer): readonly Frame[] {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    const frames: Frame[] = [];
    while (this.#rest.length >= TYPE_BYTES + LENGTH_BYTES) {
      // A length counts itself.
      const end = TYPE_BYTES + this.#rest.readUInt32BE(TYPE_BYTES);
      if (this.#rest.length < end) break;
      const whole = this.#rest.subarray(0, end);
      frames.push({
        type: whole.toString("latin1", 0, TYPE_BYTES),
        body: whole.subarray(TYPE_BYTES + LENGTH_BYTES),
        whole,
      });
      this.#rest = this.#rest.subarray(end);
    }
    return frames;
  }
}

export function message(type: string, body: Buffer): Buffer {
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32BE(LENGTH_BYTES + body.length);
  return Buffer.concat([Buffer.from(type, "latin1"), length, body]);
}
