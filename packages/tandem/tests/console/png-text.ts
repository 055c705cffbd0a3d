/** A text in a PNG, as its format has a place for: by it a picture says what it shows. */
import { crc32 } from "node:zlib";

const SIGNATURE_BYTES = 8;
/** Length and kind before the content of a chunk, its sum behind. */
const HEAD_BYTES = 8;
const SUM_BYTES = 4;

export function withText(png: Buffer, keyword: string, text: string): Buffer {
  const content = Buffer.concat([Buffer.from("iTXt"), Buffer.from(`${keyword}\0\0\0\0\0${text}`)]);
  const chunk = Buffer.alloc(content.length + HEAD_BYTES);
  chunk.writeUInt32BE(content.length - 4, 0);
  content.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(content), content.length + 4);
  const end = png.length - HEAD_BYTES - SUM_BYTES;
  return Buffer.concat([png.subarray(0, end), chunk, png.subarray(end)]);
}

export function textIn(png: Buffer, keyword: string): string | undefined {
  for (let at = SIGNATURE_BYTES; at < png.length; ) {
    const length = png.readUInt32BE(at);
    const content = png.subarray(at + HEAD_BYTES, at + HEAD_BYTES + length).toString();
    const head = `${keyword}\0\0\0\0\0`;
    if (png.toString("latin1", at + 4, at + HEAD_BYTES) === "iTXt" && content.startsWith(head))
      return content.slice(head.length);
    at += HEAD_BYTES + length + SUM_BYTES;
  }
  return undefined;
}
