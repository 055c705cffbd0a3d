/** A program of as many functions as one likes, which nothing throttles. */
import { mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** `GET /f0` … behind one HTTP API, a function each, code in the program itself. Gives its folder. */
export function generateProgram(count: number): string {
  const cwd = mkdtempSync(path.join(tmpdir(), "tandem-many-"));
  writeFileSync(path.join(cwd, "Pulumi.yaml"), "name: many\nruntime: nodejs\n");
  writeFileSync(path.join(cwd, "Pulumi.dev.yaml"), "config:\n  aws:region: eu-central-1\n");
  writeFileSync(path.join(cwd, "package.json"), '{ "type": "module" }');
  writeFileSync(path.join(cwd, "index.ts"), program(count));
  symlinkSync(path.join(root, "node_modules"), path.join(cwd, "node_modules"));
  return cwd;
}

function program(count: number): string {
  return `import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
const api = new aws.apigatewayv2.Api("api", { protocolType: "HTTP" });
new aws.apigatewayv2.Stage("stage", { apiId: api.id, name: "$default", autoDeploy: true });
const role = new aws.iam.Role("role", {
  assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: "lambda.amazonaws.com" }),
});
for (let i = 0; i < ${count}; i += 1) {
  const name = \`f\${i}\`;
  const fn = new aws.lambda.Function(name, {
    runtime: "nodejs24.x",
    handler: "index.handler",
    role: role.arn,
    code: new pulumi.asset.AssetArchive({
      "index.js": new pulumi.asset.StringAsset(\`exports.handler = async () => ({ statusCode: 200, body: "hello \${i}" });\`),
    }),
  });
  const integration = new aws.apigatewayv2.Integration(name, {
    apiId: api.id, integrationType: "AWS_PROXY", integrationUri: fn.arn, payloadFormatVersion: "2.0",
  });
  new aws.apigatewayv2.Route(name, {
    apiId: api.id, routeKey: \`GET /\${name}\`, target: pulumi.interpolate\`integrations/\${integration.id}\`,
  });
  new aws.lambda.Permission(name, {
    action: "lambda:InvokeFunction", function: fn.name, principal: "apigateway.amazonaws.com",
    sourceArn: pulumi.interpolate\`\${api.executionArn}/*/*\`,
  });
}
`;
}
