/** `GetCallerIdentity` of STS: who has signed the request. Everybody may ask that, also whom a policy forbids it. */
import { readArn } from "../../program/reading/arn.ts";
import type { Answer, FrontRequest } from "../emulators/front.ts";
import { escapeXml } from "../escape-xml.ts";
import { formFault } from "../iam/authentication-faults.ts";
import { operatorCredentials } from "../iam/credentials.ts";
import type { Guard, Principal } from "../iam/guard.ts";
import { formError, formResult } from "../other-services/form-answers.ts";
import { notImplemented, operationOf } from "../other-services/service.ts";

const SERVICE = "sts";
const OPERATION = "GetCallerIdentity";
const NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/";

export function answerSts(guard: Guard, request: FrontRequest): Answer {
  const operation = operationOf(request) ?? "";
  if (operation !== OPERATION)
    return notImplemented(request.headers, `${operation}: the local STS knows only ${OPERATION}`);
  const principal = guard.authenticate(request, SERVICE);
  if (typeof principal === "string") return formError(NAMESPACE, 403, ...formFault(principal, SERVICE));
  const { arn } = principal;
  const elements = { Arn: arn, UserId: userIdOf(principal), Account: readArn(arn)?.account ?? "" };
  const result = Object.entries(elements).map(([name, value]) => `<${name}>${escapeXml(value)}</${name}>`);
  return formResult(NAMESPACE, OPERATION, result.join(""));
}

/** The ids of IAM are made up of the local keys: each role has one, the same at every start. */
function userIdOf({ role }: Principal): string {
  const idOf = (prefix: string, accessKeyId: string) => prefix + accessKeyId.slice(prefix.length);
  return role === undefined
    ? idOf("AIDA", operatorCredentials.accessKeyId)
    : `${idOf("AROA", role.accessKeyId)}:${role.session}`;
}
