/** Whether a body is what its sender says it is: S3 stores nothing else. */
import { createHash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { crc32 } from "node:zlib";
import type { Answer, FrontRequest } from "../emulators/front.ts";
import { s3Failure } from "./failures.ts";
import { decodeAwsChunked } from "./fauxqs.ts";

const PREFIX = "x-amz-checksum-";
/** Algorithm → of a body, in bytes. */
const ALGORITHMS: Record<string, (body: Buffer) => Buffer> = {
  crc32: (body) => bytes32(crc32(body)),
  crc32c: (body) => bytes32(crc32c(body)),
  crc64nvme: crc64nvme,
  sha1: (body) => createHash("sha1").update(body).digest(),
  sha256: (body) => createHash("sha256").update(body).digest(),
};
const MD5_BYTES = 16;

/** Why S3 does not take the body; undefined when it may. */
export function failedChecksum({ headers, body }: FrontRequest): Answer | undefined {
  const sent = headers["x-amz-content-sha256"];
  if (typeof sent === "string" && /^[0-9a-f]{64}$/.test(sent) && sent !== sha256Hex(body))
    return failure(
      "XAmzContentSHA256Mismatch",
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
    );
  const isChunked = String(headers["content-encoding"] ?? "").includes("aws-chunked");
  if (isChunked && !isWhole(body)) return failure("IncompleteBody", "The chunks of the body are not whole.");
  const decoded = isChunked ? decodeAwsChunked(body) : { body, trailers: {} };
  return wrongMd5(headers, decoded.body) ?? wrongSum({ ...headers, ...decoded.trailers }, decoded.body);
}

function wrongSum(headers: IncomingHttpHeaders, body: Buffer): Answer | undefined {
  const named = Object.keys(ALGORITHMS).filter((name) => headers[PREFIX + name] !== undefined);
  if (named.length > 1)
    return failure(
      "InvalidRequest",
      "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
    );
  const [name = ""] = named;
  const sum = ALGORITHMS[name]?.(body);
  if (!sum) return undefined;
  const given = String(headers[PREFIX + name]);
  if (Buffer.from(given, "base64").length !== sum.length)
    return failure("InvalidRequest", `Value for ${PREFIX}${name} header is invalid.`);
  return given === sum.toString("base64")
    ? undefined
    : failure("BadDigest", `The ${name.toUpperCase()} you specified did not match the calculated checksum.`);
}

function wrongMd5(headers: IncomingHttpHeaders, body: Buffer): Answer | undefined {
  const given = headers["content-md5"];
  if (typeof given !== "string") return undefined;
  const bytes = Buffer.from(given, "base64");
  if (bytes.length !== MD5_BYTES || bytes.toString("base64") !== given)
    return failure("InvalidDigest", "The Content-MD5 you specified was invalid.");
  const calculated = createHash("md5").update(body).digest("base64");
  return calculated === given
    ? undefined
    : failure("BadDigest", "The Content-MD5 you specified did not match what we received.");
}

function failure(code: string, message: string): Answer {
  return { ...s3Failure(code, message), status: 400 };
}

/** In pieces of `<size in hexadecimal>[;signature]\r\n<bytes>\r\n` up to one of none; the library would follow any number. */
function isWhole(body: Buffer): boolean {
  let at = 0;
  for (;;) {
    const end = body.indexOf("\r\n", at);
    const size = /^[0-9a-f]{1,8}(?=;|$)/i.exec(body.toString("latin1", at, Math.max(at, end)))?.[0];
    if (size === undefined) return false;
    const bytes = Number.parseInt(size, 16);
    if (bytes === 0) return true;
    at = end + bytes + 4;
    if (body.toString("latin1", at - 2, at) !== "\r\n") return false;
  }
}

function sha256Hex(body: Buffer): string {
  return createHash("sha256").update(body).digest("hex");
}

function bytes32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}

/** Of Castagnoli's polynomial, its bits reversed. */
const CASTAGNOLI = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0x82f63b78 ^ (value >>> 1) : value >>> 1;
  return value >>> 0;
});

function crc32c(body: Buffer): number {
  let sum = 0xffffffff;
  for (const byte of body) sum = (CASTAGNOLI[(sum ^ byte) & 0xff] ?? 0) ^ (sum >>> 8);
  return (sum ^ 0xffffffff) >>> 0;
}

/** The halves of NVMe's polynomial of 64 bits, reversed, in one table each: numbers are many times faster than BigInt. */
const NVME = Array.from({ length: 256 }, (_, byte): [high: number, low: number] => {
  let [high, low] = [0, byte];
  for (let bit = 0; bit < 8; bit++) {
    const carry = low & 1;
    low = (low >>> 1) | ((high & 1) << 31);
    high = high >>> 1;
    if (carry) [high, low] = [high ^ 0x9a6c9329, low ^ 0xac4bc9b5];
  }
  return [high >>> 0, low >>> 0];
});
const NVME_HIGH = Uint32Array.from(NVME, ([high]) => high);
const NVME_LOW = Uint32Array.from(NVME, ([, low]) => low);

function crc64nvme(body: Buffer): Buffer {
  let [high, low] = [0xffffffff, 0xffffffff];
  for (const byte of body) {
    const at = (low ^ byte) & 0xff;
    low = ((low >>> 8) | ((high & 0xff) << 24)) ^ (NVME_LOW[at] ?? 0);
    high = (high >>> 8) ^ (NVME_HIGH[at] ?? 0);
  }
  return Buffer.concat([bytes32(~high), bytes32(~low)]);
}
