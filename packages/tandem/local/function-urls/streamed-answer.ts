/** The answer of a function that streams: its head as soon as that is there, its body as it comes. */
import { PassThrough } from "node:stream";
import { isObject } from "../../shared/json.ts";
import { keepOneContentType, pushHeader } from "../gateway/http/answer-headers.ts";
import type { StreamedAnswer } from "../gateway/http/http-message.ts";
import { statusOf } from "../gateway/payloads/response.ts";
import type { AnswerStream } from "../invocation.ts";

/** What the body then begins with: a JSON object and eight NULs. */
const WITH_HEAD = "application/vnd.awslambda.http-integration-response";
const END_OF_HEAD = Buffer.alloc(8);
/** Of what was sent, so much is kept for who looks at it later. */
const KEPT_BYTES = 65_536;

export class FunctionStream implements AnswerStream {
  readonly #body = new PassThrough();
  readonly #kept: Buffer[] = [];
  readonly #head = Promise.withResolvers<StreamedAnswer>();
  #keptBytes = 0;
  #hasBegun = false;
  /** Undefined once the head is known. */
  #beforeBody: Buffer | undefined;

  constructor() {
    // Nobody may wait for it: the function may fail before, or not stream at all.
    this.#head.promise.catch(() => {});
  }

  /** Rejects where what the function gave as head cannot be one. */
  get head(): Promise<StreamedAnswer> {
    return this.#head.promise;
  }

  /** Whether the handler streams at all. */
  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  /** The beginning of the body. */
  get kept(): Buffer {
    return Buffer.concat(this.#kept);
  }

  begin(contentType: string): void {
    this.#hasBegun = true;
    if (contentType === WITH_HEAD) this.#beforeBody = Buffer.alloc(0);
    else this.#answer(200, ["Content-Type", contentType]);
  }

  write(bytes: Uint8Array): Promise<void> | undefined {
    const body =
      this.#beforeBody === undefined ? Buffer.from(bytes) : this.#afterHead(this.#beforeBody, bytes);
    return body && body.length > 0 ? this.#send(body) : undefined;
  }

  /** The function is done; what it has sent is all. */
  end(): void {
    this.#head.reject(new Error("the stream ended before its head did"));
    this.#body.end();
  }

  /** The caller must see that something is missing: the connection is cut. */
  fail(error: Error): void {
    this.#head.reject(error);
    // Without a listener, of a caller that is gone, it would be nobody's error.
    this.#body.once("error", () => {});
    this.#body.destroy(error);
  }

  #afterHead(before: Buffer, bytes: Uint8Array): Buffer | undefined {
    const all = Buffer.concat([before, bytes]);
    const end = all.indexOf(END_OF_HEAD);
    if (end < 0) {
      this.#beforeBody = all;
      return undefined;
    }
    this.#beforeBody = undefined;
    try {
      this.#readHead(JSON.parse(all.subarray(0, end).toString()) as unknown);
    } catch (error) {
      this.#head.reject(error);
      // Nobody reads it: the function would wait for room for ever.
      this.#body.destroy();
    }
    return all.subarray(end + END_OF_HEAD.length);
  }

  #readHead(head: unknown): void {
    if (!isObject(head)) throw new Error(`the head of the stream is ${JSON.stringify(head)}, no object`);
    const { statusCode = 200, headers: declared = {}, cookies = [] } = head;
    const status = statusOf(statusCode);
    if (status === undefined)
      throw new Error(`the head of the stream has statusCode ${JSON.stringify(statusCode)}`);
    const headers: string[] = [];
    for (const cookie of Array.isArray(cookies) ? cookies : []) pushHeader(headers, "Set-Cookie", cookie);
    for (const [name, value] of Object.entries(isObject(declared) ? declared : {}))
      pushHeader(headers, name, value);
    this.#answer(status, headers);
  }

  #answer(status: number, headers: string[]): void {
    keepOneContentType(headers, "application/octet-stream");
    this.#head.resolve({ status, headers, body: this.#body });
  }

  #send(body: Buffer): Promise<void> | undefined {
    if (this.#keptBytes < KEPT_BYTES) {
      this.#kept.push(body.subarray(0, KEPT_BYTES - this.#keptBytes));
      this.#keptBytes += body.length;
    }
    if (this.#body.destroyed || this.#body.write(body)) return undefined;
    // The caller may go away instead of reading: the function then writes on, as in the cloud.
    return new Promise((resolve) => {
      const room = () => {
        this.#body.off("drain", room);
        this.#body.off("close", room);
        resolve();
      };
      this.#body.on("drain", room);
      this.#body.on("close", room);
    });
  }
}
