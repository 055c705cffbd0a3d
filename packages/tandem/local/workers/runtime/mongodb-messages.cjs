/**
 * MongoDB's wire protocol as far as somebody who looks on has to read it: the command, its collection, how many documents go
 * in and out, and the name of an error. Values of documents are stepped over and never read.
 * https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/
 */

const OP = { query: 2004, compressed: 2012, message: 2013 };
const HEADER_BYTES = 16;
const MORE_TO_COME = 2;
const HAS_CHECKSUM = 1;
/** Of a longer message the beginning is kept: it names the command, and its documents are not counted. */
const LONGEST_READ = 262_144;
/** Larger ones no server takes. */
const LONGEST_MESSAGE = 48_000_000 + 16_384;

/** What drivers say by themselves, for no command of the function's. */
const OWN =
  /^(hello|isMaster|ismaster|buildInfo|saslStart|saslContinue|authenticate|endSessions|killCursors)$/;

/** Types of BSON. https://bsonspec.org/spec.html */
const DOUBLE = 0x01;
const STRING = 0x02;
const DOCUMENT = 0x03;
const ARRAY = 0x04;
const INT32 = 0x10;
const INT64 = 0x12;
/** Bytes of those that are always as long. @type {Record<number, number>} */
const FIXED = { 1: 8, 6: 0, 7: 12, 8: 1, 9: 8, 10: 0, 16: 4, 17: 8, 18: 8, 19: 16, 127: 0, 255: 0 };

/** @typedef {{ id: number, operation: string, on?: string, sent?: number, isAnswered: boolean }} Command */
/** @typedef {{ to: number, items?: number, error?: string }} Reply */

/** Whether a connection begins as one to MongoDB does. @param {unknown} first @returns {first is Buffer} */
function isMongodb(first) {
  if (!(first instanceof Uint8Array) || first.length < HEADER_BYTES) return false;
  const { length, operation } = headerOf(asBuffer(first));
  return length >= HEADER_BYTES && length <= LONGEST_MESSAGE && Object.values(OP).includes(operation);
}

/** @param {Uint8Array} bytes */
function asBuffer(bytes) {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** @param {Buffer} bytes */
function headerOf(bytes) {
  return {
    length: bytes.readInt32LE(0),
    id: bytes.readInt32LE(4),
    to: bytes.readInt32LE(8),
    operation: bytes.readInt32LE(12),
  };
}

/** A stream of bytes as the messages that it is made of. */
class Messages {
  #take;
  /** @type {Buffer[]} */
  #parts = [];
  #have = 0;
  /** Of the message under way; 0 until its header is there. */
  #length = 0;

  /** @param {(message: Buffer, isWhole: boolean) => void} take */
  constructor(take) {
    this.#take = take;
  }

  /** @param {Uint8Array} chunk */
  add(chunk) {
    for (let rest = asBuffer(chunk); rest.length > 0; ) {
      // Most come whole: nothing is copied then.
      if (this.#have === 0 && rest.length >= HEADER_BYTES) {
        const length = lengthOf(rest);
        if (rest.length >= length) {
          this.#take(rest.subarray(0, length), true);
          rest = rest.subarray(length);
          continue;
        }
      }
      rest = this.#gather(rest);
    }
  }

  /** @param {Buffer} chunk what belongs to the message under way is taken from it @returns {Buffer} the rest */
  #gather(chunk) {
    const part = chunk.subarray(0, (this.#length || HEADER_BYTES) - this.#have);
    if (this.#have < LONGEST_READ) this.#parts.push(part);
    this.#have += part.length;
    if (this.#length === 0 && this.#have === HEADER_BYTES) {
      this.#parts = [Buffer.concat(this.#parts)];
      this.#length = lengthOf(/** @type {Buffer} */ (this.#parts[0]));
    }
    if (this.#have === this.#length) this.#give(Buffer.concat(this.#parts));
    return chunk.subarray(part.length);
  }

  /** @param {Buffer} message */
  #give(message) {
    const isWhole = message.length === this.#length;
    this.#parts = [];
    this.#have = 0;
    this.#length = 0;
    this.#take(message, isWhole);
  }
}

/** @param {Buffer} message */
function lengthOf(message) {
  const { length } = headerOf(message);
  if (length < HEADER_BYTES || length > LONGEST_MESSAGE)
    throw new Error(`no message of MongoDB: ${length} bytes`);
  return length;
}

/**
 * @param {Buffer} message
 * @param {boolean} isWhole
 * @returns {Command | undefined} undefined where it is no command of the function's
 */
function readCommand(message, isWhole) {
  const { id, operation } = headerOf(message);
  if (operation === OP.compressed) return { id, operation: "a compressed command", isAnswered: true };
  if (operation !== OP.message) return undefined;
  const flags = message.readUInt32LE(HEADER_BYTES);
  /** @type {Command} */
  const command = { id, operation: "", isAnswered: (flags & MORE_TO_COME) === 0 };
  let collection = "";
  let database = "";
  let sent = 0;
  for (const section of sectionsOf(message, flags)) {
    if (section.documents !== undefined) {
      sent += section.documents;
      continue;
    }
    for (const { type, name, at } of elementsOf(message, section.body)) {
      if (command.operation === "") {
        command.operation = name;
        if (OWN.test(name)) return undefined;
        if (type === STRING) collection = textAt(message, at);
      } else if (type === STRING && name === "collection") collection = textAt(message, at);
      else if (type === STRING && name === "$db") database = textAt(message, at);
      else if (type === ARRAY && /^(documents|updates|deletes)$/.test(name)) sent += countAt(message, at);
    }
  }
  if (database) command.on = collection ? `${database}.${collection}` : database;
  if (isWhole && sent > 0) command.sent = sent;
  return command;
}

/**
 * @param {Buffer} message
 * @param {boolean} isWhole
 * @returns {Reply}
 */
function readReply(message, isWhole) {
  const { to, operation } = headerOf(message);
  /** @type {Reply} */
  const reply = { to };
  if (operation !== OP.message || !isWhole) return reply;
  const flags = message.readUInt32LE(HEADER_BYTES);
  for (const section of sectionsOf(message, flags)) {
    if (section.documents === undefined) readAnswer(message, section.body, reply);
  }
  return reply;
}

/** @param {Buffer} message @param {number} body @param {Reply} reply */
function readAnswer(message, body, reply) {
  let isOk = true;
  let code = "";
  for (const { type, name, at } of elementsOf(message, body)) {
    switch (name) {
      case "ok":
        isOk = numberAt(message, type, at) !== 0;
        break;
      case "n":
        reply.items = numberAt(message, type, at);
        break;
      case "codeName":
        code = textAt(message, at);
        break;
      case "code":
        code ||= `error ${numberAt(message, type, at)}`;
        break;
      case "values":
        if (type === ARRAY) reply.items = countAt(message, at);
        break;
      case "value":
        reply.items = type === DOCUMENT ? 1 : 0;
        break;
      case "cursor":
        for (const one of elementsOf(message, at))
          if (one.type === ARRAY && /^(first|next)Batch$/.test(one.name))
            reply.items = countAt(message, one.at);
        break;
      case "writeErrors":
        reply.error = errorIn(message, at);
    }
  }
  if (!isOk) reply.error = code || "an error";
}

/** Of the first of several. @param {Buffer} message @param {number} list @returns {string} */
function errorIn(message, list) {
  for (const { at } of elementsOf(message, list))
    for (const { type, name, at: value } of elementsOf(message, at))
      if (name === "code") {
        const code = numberAt(message, type, value);
        return code === 11_000 ? "DuplicateKey" : `error ${code}`;
      }
  return "an error";
}

/**
 * @param {Buffer} message
 * @param {number} flags
 * @returns {Generator<{ body: number, documents?: undefined } | { body?: undefined, documents: number }>}
 */
function* sectionsOf(message, flags) {
  const end = message.length - (flags & HAS_CHECKSUM ? 4 : 0);
  let at = HEADER_BYTES + 4;
  while (at + 5 <= end) {
    const kind = message[at];
    const length = message.readInt32LE(at + 1);
    if (kind === 0) yield { body: at + 1 };
    else
      yield {
        documents: documentsIn(message, message.indexOf(0, at + 5) + 1, Math.min(end, at + 1 + length)),
      };
    at += 1 + length;
  }
}

/** @param {Buffer} message @param {number} from @param {number} to */
function documentsIn(message, from, to) {
  let count = 0;
  for (let at = from; at + 4 <= to; at += Math.max(5, message.readInt32LE(at))) count++;
  return count;
}

/**
 * Of a document: its elements in order, as far as they were kept.
 * @param {Buffer} bytes
 * @param {number} start
 */
function* elementsOf(bytes, start) {
  const end = Math.min(bytes.length, start + bytes.readInt32LE(start)) - 1;
  for (let at = start + 4; at < end; ) {
    const type = /** @type {number} */ (bytes[at]);
    const nameEnd = bytes.indexOf(0, at + 1);
    if (nameEnd < 0 || nameEnd + 5 > bytes.length) return;
    yield { type, name: bytes.toString("latin1", at + 1, nameEnd), at: nameEnd + 1 };
    at = nameEnd + 1 + sizeOf(bytes, type, nameEnd + 1);
  }
}

/** @param {Buffer} bytes @param {number} type @param {number} at @returns {number} */
function sizeOf(bytes, type, at) {
  const fixed = FIXED[type];
  if (fixed !== undefined) return fixed;
  // A regular expression: two texts that end with zero.
  if (type === 0x0b) return bytes.indexOf(0, bytes.indexOf(0, at) + 1) + 1 - at;
  const length = bytes.readInt32LE(at);
  if (type === DOCUMENT || type === ARRAY || type === 0x0f) return length;
  if (type === 0x05) return 5 + length;
  if (type === 0x0c) return 4 + length + 12;
  return 4 + length;
}

/** @param {Buffer} bytes @param {number} at */
function textAt(bytes, at) {
  return bytes.toString("utf8", at + 4, at + 3 + bytes.readInt32LE(at));
}

/** @param {Buffer} bytes @param {number} type @param {number} at */
function numberAt(bytes, type, at) {
  if (type === DOUBLE) return bytes.readDoubleLE(at);
  if (type === INT32) return bytes.readInt32LE(at);
  return type === INT64 ? Number(bytes.readBigInt64LE(at)) : type === 0x08 ? Number(bytes[at]) : 0;
}

/** How many an array has. @param {Buffer} bytes @param {number} at */
function countAt(bytes, at) {
  let count = 0;
  for (const _ of elementsOf(bytes, at)) count++;
  return count;
}

module.exports = { isMongodb, Messages, readCommand, readReply };
