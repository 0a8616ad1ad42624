/** The records of an offline run file, read without any of limn's own writer. */

/** Fields of a protobuf message: numbers and bytes by field number. */
function fields(bytes: Uint8Array): Map<number, (number | Uint8Array)[]> {
  const found = new Map<number, (number | Uint8Array)[]>();
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++]!;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    let value: number | Uint8Array;
    if ((tag & 7) === 0) value = varint();
    else if ((tag & 7) === 2) {
      const length = varint();
      value = bytes.subarray(at, at + length);
      at += length;
    } else throw new Error(`wire type ${tag & 7}`);
    const number = Math.floor(tag / 8);
    found.set(number, [...(found.get(number) ?? []), value]);
  }
  return found;
}

const text = (value: unknown): string => new TextDecoder().decode(value as Uint8Array);

/** One record in the words of a recording: `files`, `config._wandb`, `history` or `summary`; others are left out. */
export type OfflineRecord = Record<string, unknown>;

export function offlineRecords(file: Uint8Array): OfflineRecord[] {
  const records: OfflineRecord[] = [];
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  let parts: Uint8Array[] = [];
  for (let at = 7; at < file.length;) {
    const left = 32768 - (at % 32768);
    if (left < 7) {
      at += left;
      continue;
    }
    const length = view.getUint16(at + 4, true);
    const kind = file[at + 6]!;
    parts.push(file.subarray(at + 7, at + 7 + length));
    at += 7 + length;
    if (kind === 1 || kind === 4) {
      const record = described(fields(Buffer.concat(parts)));
      if (record) records.push(record);
      parts = [];
    }
  }
  return records;
}

function described(record: Map<number, (number | Uint8Array)[]>): OfflineRecord | undefined {
  const body = (number: number): Map<number, (number | Uint8Array)[]> | undefined => {
    const bytes = record.get(number)?.[0];
    return bytes === undefined ? undefined : fields(bytes as Uint8Array);
  };
  const items = (message: Map<number, (number | Uint8Array)[]>): [string, string][] =>
    (message.get(1) ?? []).map((item) => {
      const parts = fields(item as Uint8Array);
      return [text(parts.get(1)![0]), text(parts.get(16)![0])];
    });
  const timeless = (entries: [string, string][]): Record<string, string> =>
    Object.fromEntries(entries.filter(([key]) => key !== "_timestamp" && key !== "_runtime"));
  const files = body(6);
  if (files) return { files: files.get(1)!.map((item) => text(fields(item as Uint8Array).get(1)![0])) };
  const config = body(5);
  if (config) return { "config._wandb": JSON.parse(Object.fromEntries(items(config))["_wandb"]!) };
  const history = body(2);
  if (history) return { history: timeless(items(history)) };
  const summary = body(3);
  return summary && { summary: timeless(items(summary)) };
}
