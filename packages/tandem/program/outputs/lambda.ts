/** Lambda functions and what belongs to them. */
import type { Named, Rules } from "./declaration.ts";

export const lambda: Rules = {
  "aws:lambda/function:Function": functionOutputs,
  "aws:lambda/callbackFunction:CallbackFunction": functionOutputs,
  "aws:lambda/alias:Alias": (it) => {
    const name = it.physicalName();
    const arn = `${functionArn(it, it.text("functionName"))}:${name}`;
    return { id: arn, name, arn, invokeArn: invokeArn(it, arn) };
  },
  "aws:lambda/functionUrl:FunctionUrl": (it) => {
    const urlId = it.letters(32);
    return {
      id: it.text("functionName"),
      urlId,
      functionArn: functionArn(it, it.text("functionName")),
      functionUrl: `https://${urlId}.lambda-url.${it.region}.on.aws/`,
    };
  },
  "aws:lambda/permission:Permission": (it) => {
    const statementId = it.physicalName("statementId");
    return { id: statementId, statementId };
  },
  "aws:lambda/eventSourceMapping:EventSourceMapping": (it) => {
    const uuid = it.uuid();
    return {
      id: uuid,
      uuid,
      arn: it.arn("lambda", `event-source-mapping:${uuid}`),
      functionArn: functionArn(it, it.text("functionName")),
      state: "Enabled",
    };
  },
  "aws:lambda/layerVersion:LayerVersion": (it) => {
    const layerArn = it.arn("lambda", `layer:${it.text("layerName") || it.physicalName()}`);
    return { id: `${layerArn}:1`, arn: `${layerArn}:1`, layerArn, version: "1" };
  },
  "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig": (it) => ({
    id: `${it.text("functionName")},${it.text("qualifier")}`,
  }),
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": (it) => ({
    id: [it.text("functionName"), it.text("qualifier")].filter((part) => part !== "").join(":"),
  }),
};

function functionOutputs(it: Named): Record<string, unknown> {
  const name = it.physicalName();
  const arn = it.arn("lambda", `function:${name}`);
  const version = it.inputs.publish === true ? "1" : "$LATEST";
  const qualifiedArn = `${arn}:${version}`;
  return {
    id: name,
    name,
    arn,
    invokeArn: invokeArn(it, arn),
    version,
    qualifiedArn,
    qualifiedInvokeArn: invokeArn(it, qualifiedArn),
  };
}

/** Functions may be named by name, by ARN, or by either with a qualifier behind. */
function functionArn(it: Named, nameOrArn: string): string {
  return nameOrArn.startsWith("arn:") ? nameOrArn : it.arn("lambda", `function:${nameOrArn}`);
}

/** What API Gateway is given to call a function. */
function invokeArn(it: Named, arn: string): string {
  return `arn:aws:apigateway:${it.region}:lambda:path/2015-03-31/functions/${arn}/invocations`;
}
