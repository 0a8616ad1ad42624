/** As much of the protobuf wire format as run files need: messages are written field by field. */

/** A message that is being written. */
export class Message {
  #bytes = new Uint8Array(256);
  #length = 0;

  /** An unsigned whole number up to 2^53; 0 is what readers take for a field that is left out. */
  uint(field: number, value: number): this {
    if (value === 0) return this;
    this.#varint(field * 8);
    this.#varint(value);
    return this;
  }

  /** 64-bit float. */
  double(field: number, value: number): this {
    return this.#fixed(field, 1, 8, (view) => view.setFloat64(0, value, true));
  }

  /** 32-bit float. */
  float(field: number, value: number): this {
    return this.#fixed(field, 5, 4, (view) => view.setFloat32(0, value, true));
  }

  /** Bytes, or a message inside this one. */
  bytes(field: number, value: Uint8Array | Message): this {
    const bytes = value instanceof Message ? value.finish() : value;
    this.#varint(field * 8 + 2);
    this.#varint(bytes.length);
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
    return this;
  }

  text(field: number, value: string): this {
    return value === "" ? this : this.bytes(field, new TextEncoder().encode(value));
  }

  /** The message; a view, which further fields make invalid. */
  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  #fixed(field: number, wire: number, size: number, set: (view: DataView) => void): this {
    this.#varint(field * 8 + wire);
    this.#reserve(size);
    set(new DataView(this.#bytes.buffer, this.#length));
    this.#length += size;
    return this;
  }

  #varint(value: number): void {
    this.#reserve(10);
    let rest = value;
    // numbers beyond 32 bits must not meet bitwise operators
    while (rest > 127) {
      this.#bytes[this.#length++] = (rest % 128) + 128;
      rest = Math.floor(rest / 128);
    }
    this.#bytes[this.#length++] = rest;
  }

  #reserve(size: number): void {
    if (this.#length + size <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + size));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}
