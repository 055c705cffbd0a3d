/** What rules ask of IAM policy documents. */
import { type Principal, readPolicy, type Statement } from "../program/reading/policy-document.ts";
import type { Value } from "../program/recording.ts";

/**
 * The statements of a document. Undefined for what cannot be judged: not known before the deployment. What is no policy
 * document states nothing.
 */
export function statementsOf(document: Value | undefined): Statement[] | undefined {
  const reading = readPolicy(document);
  return reading.state === "read" ? reading.statements : undefined;
}

/** Whom a statement names; everybody but some is nobody by name. */
export function namedIn({ principals }: Statement): Principal[] {
  return principals === undefined || principals.except ? [] : principals.named;
}

function isAboutEverybody(statement: Statement): boolean {
  return namedIn(statement).some(({ kind, name }) => kind === "AWS" && name === "*");
}

/** Whether the resource turns away everybody who comes without TLS. */
export function refusesPlainHttp(document: Value | undefined): boolean {
  const reading = statementsOf(document);
  if (reading === undefined) return true;
  return reading.some(
    (statement) =>
      statement.effect === "Deny" &&
      isAboutEverybody(statement) &&
      statement.conditions.some(
        ({ operator, key, values }) =>
          operator === "Bool" && key.toLowerCase() === "aws:securetransport" && values.includes("false"),
      ),
  );
}

/** Whether anybody at all may do something: everyone is a principal, and no condition narrows it. */
export function isOpenToEverybody(document: Value | undefined): boolean {
  return (statementsOf(document) ?? []).some(
    (statement) =>
      statement.effect === "Allow" && isAboutEverybody(statement) && statement.conditions.length === 0,
  );
}
