/** `GetCallerIdentity` of STS: who has signed the request. Everybody may ask that, also whom a policy forbids it. */
import { randomUUID } from "node:crypto";
import { readArn } from "../../program/reading/arn.ts";
import type { Answer, FrontRequest } from "../emulators/front.ts";
import { escapeXml } from "../escape-xml.ts";
import { operatorCredentials } from "../iam/credentials.ts";
import type { Guard, Principal } from "../iam/guard.ts";
import { notImplemented, operationOf } from "../other-services/service.ts";
import { formFailures } from "../queues-and-buckets/failures.ts";

const SERVICE = "sts";
const OPERATION = "GetCallerIdentity";

const failures = formFailures(SERVICE);

export function answerSts(guard: Guard, request: FrontRequest): Answer {
  const operation = operationOf(request) ?? "";
  if (operation !== OPERATION)
    return notImplemented(request.headers, `${operation}: the local STS knows only ${OPERATION}`);
  const principal = guard.authenticate(request, SERVICE);
  if (typeof principal === "string") {
    const { code, message } = failures[principal];
    const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error>`;
    return inXml(403, "ErrorResponse", `${error}<RequestId>${randomUUID()}</RequestId>`);
  }
  const { arn } = principal;
  const elements = { Arn: arn, UserId: userIdOf(principal), Account: readArn(arn)?.account ?? "" };
  const result = Object.entries(elements).map(([name, value]) => `<${name}>${escapeXml(value)}</${name}>`);
  const metadata = `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata>`;
  return inXml(
    200,
    `${OPERATION}Response`,
    `<${OPERATION}Result>${result.join("")}</${OPERATION}Result>${metadata}`,
  );
}

/** The ids of IAM are made up of the local keys: each role has one, the same at every start. */
function userIdOf({ role }: Principal): string {
  const idOf = (prefix: string, accessKeyId: string) => prefix + accessKeyId.slice(prefix.length);
  return role === undefined
    ? idOf("AIDA", operatorCredentials.accessKeyId)
    : `${idOf("AROA", role.accessKeyId)}:${role.session}`;
}

function inXml(status: number, root: string, content: string): Answer {
  const body = `<${root} xmlns="https://sts.amazonaws.com/doc/2011-06-15/">${content}</${root}>`;
  return { status, headers: { "content-type": "text/xml" }, body };
}
