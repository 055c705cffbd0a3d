/** HTTP and WebSocket APIs (v2) and REST APIs (v1). */
import { ACCOUNT_ID } from "../reading/arn.ts";
import type { Named, Rule, Rules } from "./declaration.ts";

/** Hosted zone that API Gateway's own host names stand in. */
const HOSTED_ZONE = "Z2OJLYMUO9EFXC";

export const apiGateway: Rules = {
  "aws:apigatewayv2/api:Api": (it) => {
    const id = it.letters(10);
    return {
      id,
      name: it.physicalName(),
      arn: managementArn(it, `/apis/${id}`),
      apiEndpoint: `${it.inputs.protocolType === "WEBSOCKET" ? "wss" : "https"}://${host(it, id)}`,
      executionArn: executionArn(it, id),
    };
  },
  "aws:apigatewayv2/stage:Stage": (it) => {
    const name = it.physicalName();
    const api = it.text("apiId");
    const endpoint = it.find("aws:apigatewayv2/api:Api", api)?.apiEndpoint ?? `https://${host(it, api)}`;
    return {
      id: name,
      name,
      arn: managementArn(it, `/apis/${api}/stages/${name}`),
      invokeUrl: name === "$default" ? `${endpoint}/` : `${endpoint}/${name}`,
      executionArn: `${executionArn(it, api)}/${name}`,
    };
  },
  "aws:apigatewayv2/route:Route": lettersOnly(7),
  "aws:apigatewayv2/integration:Integration": lettersOnly(7),
  "aws:apigatewayv2/authorizer:Authorizer": lettersOnly(6),
  "aws:apigatewayv2/deployment:Deployment": lettersOnly(6),
  "aws:apigatewayv2/model:Model": lettersOnly(6),
  "aws:apigatewayv2/apiMapping:ApiMapping": lettersOnly(6),
  "aws:apigatewayv2/vpcLink:VpcLink": (it) => {
    const id = it.letters(6);
    return { id, name: it.physicalName(), arn: managementArn(it, `/vpclinks/${id}`) };
  },
  "aws:apigatewayv2/domainName:DomainName": (it) => {
    const domainName = it.text("domainName");
    const configuration = it.inputs.domainNameConfiguration as Record<string, unknown> | undefined;
    return {
      id: domainName,
      arn: managementArn(it, `/domainnames/${domainName}`),
      domainNameConfiguration: {
        ...configuration,
        targetDomainName: `d-${host(it, it.letters(10))}`,
        hostedZoneId: HOSTED_ZONE,
      },
    };
  },

  "aws:apigateway/restApi:RestApi": (it) => {
    const id = it.letters(10);
    return {
      id,
      name: it.physicalName(),
      arn: managementArn(it, `/restapis/${id}`),
      executionArn: executionArn(it, id),
      rootResourceId: it.letters(10, "root"),
    };
  },
  "aws:apigateway/resource:Resource": (it) => {
    const parent = it.find("aws:apigateway/resource:Resource", it.inputs.parentId);
    return { id: it.letters(6), path: `${parent?.path ?? ""}/${it.text("pathPart")}` };
  },
  "aws:apigateway/method:Method": (it) => ({ id: methodId("agm", it) }),
  "aws:apigateway/integration:Integration": (it) => ({ id: methodId("agi", it) }),
  "aws:apigateway/methodResponse:MethodResponse": (it) => ({
    id: `${methodId("agmr", it)}-${it.text("statusCode")}`,
  }),
  "aws:apigateway/integrationResponse:IntegrationResponse": (it) => ({
    id: `${methodId("agir", it)}-${it.text("statusCode")}`,
  }),
  /** The provider before version 7 tells where a deployment is reached, whether or not it is given a stage. */
  "aws:apigateway/deployment:Deployment": (it) => {
    const api = restApiId(it);
    const stage = it.text("stageName");
    return {
      id: it.letters(6),
      executionArn: `${executionArn(it, api)}/${stage}`,
      invokeUrl: `https://${host(it, api)}/${stage}`,
    };
  },
  "aws:apigateway/authorizer:Authorizer": (it) => {
    const id = it.letters(6);
    return { id, arn: managementArn(it, `/restapis/${restApiId(it)}/authorizers/${id}`) };
  },
  "aws:apigateway/stage:Stage": (it) => {
    const api = restApiId(it);
    const name = it.text("stageName");
    return {
      id: `ags-${api}-${name}`,
      arn: managementArn(it, `/restapis/${api}/stages/${name}`),
      invokeUrl: `https://${host(it, api)}/${name}`,
      executionArn: `${executionArn(it, api)}/${name}`,
    };
  },
  "aws:apigateway/apiKey:ApiKey": (it) => {
    const id = it.letters(10);
    const value = it.text("value") || it.letters(40);
    return { id, name: it.physicalName(), arn: managementArn(it, `/apikeys/${id}`), value };
  },
  "aws:apigateway/usagePlan:UsagePlan": (it) => {
    const id = it.letters(6);
    return { id, name: it.physicalName(), arn: managementArn(it, `/usageplans/${id}`) };
  },
  "aws:apigateway/usagePlanKey:UsagePlanKey": (it) => ({ id: it.text("keyId") }),
  "aws:apigateway/requestValidator:RequestValidator": lettersOnly(6),
  "aws:apigateway/domainName:DomainName": (it) => {
    const domainName = it.text("domainName");
    return {
      id: domainName,
      arn: managementArn(it, `/domainnames/${domainName}`),
      regionalDomainName: `d-${host(it, it.letters(10))}`,
      regionalZoneId: HOSTED_ZONE,
    };
  },
};

function lettersOnly(count: number): Rule {
  return (it) => ({ id: it.letters(count) });
}

/** `restApi` takes an id or, since it is typed `string | RestApi`, the resource, which stands for its id. */
function restApiId(it: Named): string {
  return it.text("restApi");
}

function methodId(prefix: string, it: Named): string {
  return [prefix, restApiId(it), it.text("resourceId"), it.text("httpMethod")].join("-");
}

function host(it: Named, api: string): string {
  return `${api}.execute-api.${it.region}.amazonaws.com`;
}

function executionArn(it: Named, api: string): string {
  return `arn:aws:execute-api:${it.region}:${ACCOUNT_ID}:${api}`;
}

/** ARNs of the control plane carry no account. */
function managementArn(it: Named, path: string): string {
  return `arn:aws:apigateway:${it.region}::${path}`;
}
