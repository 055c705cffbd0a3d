/** What rules ask of IAM policy documents. */
import { type Statement as ReadStatement, readPolicy } from "../program/reading/policy-document.ts";
import type { Value } from "../program/recording.ts";

export interface Statement {
  effect: "Allow" | "Deny";
  actions: string[];
  /** `NotAction` and `NotResource`: everything but these. */
  exceptions: string[];
  resources: string[];
  /** Services, accounts and `*`, each with its kind: `Service:lambda.amazonaws.com`, `AWS:*`. */
  principals: string[];
  conditions: ReadStatement["conditions"];
}

/**
 * The statements of a document. Undefined for what cannot be judged: not known before the deployment. What is no policy
 * document states nothing.
 */
export function statementsOf(document: Value | undefined): Statement[] | undefined {
  const reading = readPolicy(document);
  if (reading.state !== "read") return undefined;
  return reading.statements.map((statement) => {
    const { effect, actions, exceptActions, resources, exceptResources, principals, conditions } = statement;
    return {
      effect,
      actions: exceptActions ? [] : actions,
      exceptions: [...(exceptActions ? actions : []), ...(exceptResources ? resources : [])],
      resources: exceptResources ? [] : resources,
      principals: principals?.except
        ? []
        : (principals?.named ?? []).map(({ kind, name }) => `${kind}:${name}`),
      conditions,
    };
  });
}

/** Whether the resource turns away everybody who comes without TLS. */
export function refusesPlainHttp(document: Value | undefined): boolean {
  const reading = statementsOf(document);
  if (reading === undefined) return true;
  return reading.some(
    ({ effect, principals, conditions }) =>
      effect === "Deny" &&
      principals.includes("AWS:*") &&
      conditions.some(
        ({ operator, key, values }) =>
          operator === "Bool" && key.toLowerCase() === "aws:securetransport" && values.includes("false"),
      ),
  );
}

/** Whether anybody at all may do something: everyone is a principal, and no condition narrows it. */
export function isOpenToEverybody(document: Value | undefined): boolean {
  return (statementsOf(document) ?? []).some(
    ({ effect, principals, conditions }) =>
      effect === "Allow" && principals.includes("AWS:*") && conditions.length === 0,
  );
}
