/** How services of AWS's older protocol answer: to forms in XML, with the id of the request. */
import { randomUUID } from "node:crypto";
import type { Answer } from "../emulators/front.ts";
import { escapeXml } from "../escape-xml.ts";

/** @param result XML of what the operation gives */
export function formResult(namespace: string, operation: string, result: string): Answer {
  const metadata = `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata>`;
  const content = `<${operation}Result>${result}</${operation}Result>${metadata}`;
  return inXml(200, namespace, `${operation}Response`, content);
}

export function formError(namespace: string, status: number, code: string, message: string): Answer {
  const error = `<Type>Sender</Type><Code>${code}</Code><Message>${escapeXml(message)}</Message>`;
  const content = `<Error>${error}</Error><RequestId>${randomUUID()}</RequestId>`;
  return inXml(status, namespace, "ErrorResponse", content);
}

function inXml(status: number, namespace: string, root: string, content: string): Answer {
  const body = `<${root} xmlns="${namespace}">${content}</${root}>`;
  return { status, headers: { "content-type": "text/xml" }, body };
}
