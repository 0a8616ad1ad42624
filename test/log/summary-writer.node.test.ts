import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { crc32c, maskedCrc32c } from "../../src/log/crc32c.ts";
import { SummaryWriter } from "../../src/log/summary-writer.ts";
import { Image } from "../../src/media/image.ts";
import { pythonTest, runPython } from "../support/python.ts";
import { sharedJson, sharedTest } from "../support/shared.ts";

const pixels = (width: number, height: number): { data: Uint8Array; shape: number[] } => ({
  data: Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 5) & 255),
  shape: [height, width, 3],
});

describe("CRC-32C", () => {
  test("is that of the standard's check", () => {
    const check = new TextEncoder().encode("123456789");
    expect(crc32c(check)).toBe(0xe3069283);
    expect(maskedCrc32c(check)).toBe(0xc78ab0e5);
  });

  sharedTest("is that of the real code for every recorded text", () => {
    for (const { hex, crc32c: plain, masked } of sharedJson("golden/run-files/crc32c-vectors.json")) {
      const bytes = Buffer.from(hex, "hex");
      expect(crc32c(bytes).toString(16).padStart(8, "0"), hex).toBe(plain);
      expect(maskedCrc32c(bytes).toString(16).padStart(8, "0"), hex).toBe(masked);
    }
  });

  test("is the same eight bytes a turn as byte by byte", () => {
    for (let length = 0; length < 40; length++) {
      const bytes = Uint8Array.from({ length }, (_, i) => (i * 37 + length) & 255);
      let crc = 0xffffffff;
      for (const byte of bytes) {
        crc ^= byte;
        for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0);
      }
      expect(crc32c(bytes), String(length)).toBe(~crc >>> 0);
    }
  });
});

const READ = `
import json, sys, struct, zlib, io
from tensorboard.backend.event_processing.plugin_event_accumulator import EventAccumulator
from PIL import Image
accumulator = EventAccumulator(sys.argv[1], size_guidance={"tensors": 0}).Reload()
from tensorboard.util import tensor_util
out = {}
for tag in accumulator.Tags()["tensors"]:
    metadata = accumulator.SummaryMetadata(tag)
    events = []
    for event in accumulator.Tensors(tag):
        array = tensor_util.make_ndarray(event.tensor_proto)
        values = array.reshape(-1).tolist()
        if metadata.plugin_data.plugin_name == "images":
            sizes = [Image.open(io.BytesIO(value)).size for value in values[2:]]
            values = [values[0].decode(), values[1].decode(), sizes]
        elif values and isinstance(values[0], bytes):
            values = [value.decode() for value in values]
        events.append({"step": event.step, "shape": list(array.shape), "values": values})
    out[tag] = {"plugin": metadata.plugin_data.plugin_name, "description": metadata.summary_description,
                "class": metadata.data_class, "events": events}
print(json.dumps(out))
`;

describe("an event file", () => {
  for (const format of ["v1", "v2"] as const)
    pythonTest(`of form ${format} is read by the real package`, () => {
      const dir = mkdtempSync(join(tmpdir(), "limn-events-"));
      const writer = new SummaryWriter({ dir, format });
      const boxed = new Image(pixels(30, 20), {
        boxes: { p: { box_data: [{ position: { minX: 0.1, maxX: 0.4, minY: 0.2, maxY: 0.6 }, class_id: 1 }] } },
      });
      for (const step of [0, 5]) {
        writer.addScalar("loss", 0.5 + step, step, { description: "the *loss*" });
        writer.addImage("one", boxed, step);
        writer.addImage("two", [new Image(pixels(4, 3)), new Image(pixels(5, 2))], step);
        writer.addText("words", "**ü** 漢", step);
        writer.addText("rows", ["a", "b"], step);
      }
      writer.close();
      expect(() => writer.addScalar("late", 1, 9)).toThrow(/closed/);
      const read = JSON.parse(runPython(READ, [dir]).toString());
      const steps = (tag: string): number[] => read[tag].events.map(({ step }: { step: number }) => step);
      expect(read.loss).toMatchObject({ plugin: "scalars", class: 1 });
      expect(read.loss.events).toMatchObject([
        { step: 0, values: [0.5] },
        { step: 5, values: [5.5] },
      ]);
      expect(read.one).toMatchObject({ plugin: "images", class: 3 });
      expect(read.one.events[0].values).toEqual(["30", "20", [[30, 20]]]);
      const text = format === "v1" ? "/text_summary" : "";
      expect(read[`words${text}`]).toMatchObject({ plugin: "text", class: 2 });
      expect(read[`words${text}`].events[1].values).toEqual(["**ü** 漢"]);
      expect(read[`rows${text}`].events[0]).toMatchObject({ shape: [2], values: ["a", "b"] });
      if (format === "v1") expect(steps("two/image/1")).toEqual([0, 5]);
      else {
        expect(read.two.events[0].values).toEqual([
          "4",
          "3",
          [
            [4, 3],
            [5, 2],
          ],
        ]);
        expect(read.loss.description).toBe("the *loss*");
      }
      rmSync(dir, { recursive: true });
    });

  test("is the same in memory", () => {
    using writer = new SummaryWriter({ clock: () => 1.7e12 });
    writer.addScalar("loss", 0.5, 3);
    const bytes = writer.bytes();
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    const first = view.getUint32(0, true);
    expect(view.getUint32(12 + first, true)).toBe(maskedCrc32c(bytes.subarray(12, 12 + first)));
    expect(new TextDecoder().decode(bytes)).toContain("brain.Event:2");
  });
});
