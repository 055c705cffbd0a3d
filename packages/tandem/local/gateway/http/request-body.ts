/** How a body stands in an event. */

export interface EventBody {
  /** Undefined when there is none. */
  body: string | undefined;
  isBase64Encoded: boolean;
}

const TEXT_TYPES = new Set(["application/json", "application/xml", "application/javascript"]);

/** HTTP APIs keep these as text; every other type, and none, is base64 (also `application/x-www-form-urlencoded`). */
export function isTextType(contentType: string | undefined): boolean {
  const type = mediaType(contentType);
  return type !== undefined && (type.startsWith("text/") || TEXT_TYPES.has(type));
}

/** REST APIs keep everything as text but the API's binary media types. */
export function isBinaryType(contentType: string | undefined, binaryMediaTypes: readonly string[]): boolean {
  const type = mediaType(contentType);
  return binaryMediaTypes.some((binary) => {
    if (binary === "*/*") return true;
    if (type === undefined) return false;
    return binary.endsWith("/*") ? type.startsWith(binary.slice(0, -1)) : type === binary.toLowerCase();
  });
}

/** Without its parameters, in lower case. */
export function mediaType(contentType: string | undefined): string | undefined {
  return contentType?.split(";", 1)[0]?.trim().toLowerCase() || undefined;
}

export function eventBody(body: Buffer, isText: boolean): EventBody {
  if (body.length === 0) return { body: undefined, isBase64Encoded: false };
  return isText
    ? { body: body.toString("utf8"), isBase64Encoded: false }
    : { body: body.toString("base64"), isBase64Encoded: true };
}
