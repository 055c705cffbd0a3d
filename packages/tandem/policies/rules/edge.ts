/** What stands between the internet and a program: distributions, load balancers, REST APIs, sign-in. */
import { at, holds, list, objects, ofType, pointsAt, shown, text, written } from "../reading.ts";
import { each, type Rule, setting } from "../rule.ts";

const DISTRIBUTION = "aws:cloudfront/distribution:Distribution";
const loadBalancers = ["aws:lb/loadBalancer:LoadBalancer", "aws:alb/loadBalancer:LoadBalancer"];
const listeners = ["aws:lb/listener:Listener", "aws:alb/listener:Listener"];
const REST_STAGE = "aws:apigateway/stage:Stage";

/** What AWS still counts as new: TLS 1.2 and up. */
const CURRENT_TLS = /TLS13|TLS-1-2|FS-1-2/;

export const edgeRules: Rule[] = [
  {
    id: "cloudfront/https",
    standards: ["CloudFront.3", "CKV_AWS_34", "AwsSolutions-CFR4"],
    title: "A distribution answers over HTTPS",
    remedy: 'Set `viewerProtocolPolicy` to "redirect-to-https" or "https-only" in every behaviour.',
    check: each(DISTRIBUTION, (one) => {
      const behaviours = [at(one, "defaultCacheBehavior"), ...objects(one, "orderedCacheBehaviors")];
      return behaviours.some(
        (each) => (each as { viewerProtocolPolicy?: unknown })?.viewerProtocolPolicy === "allow-all",
      )
        ? "a behaviour answers plain HTTP"
        : undefined;
    }),
  },
  {
    id: "cloudfront/tls",
    standards: ["CloudFront.10", "CKV_AWS_174", "AwsSolutions-CFR4"],
    title: "A distribution with a name of its own takes TLS 1.2 and newer only",
    remedy: 'Set `viewerCertificate.minimumProtocolVersion: "TLSv1.2_2021"`.',
    check: each(DISTRIBUTION, (one) => {
      if (list(one, "aliases").length === 0) return undefined;
      const lowest = at(one, "viewerCertificate.minimumProtocolVersion");
      return /^TLSv1\.[23]/.test(written(lowest)) ? undefined : `lowest protocol is ${shown(lowest)}`;
    }),
  },
  {
    id: "cloudfront/log",
    standards: ["CloudFront.5", "CKV_AWS_86", "AwsSolutions-CFR3"],
    title: "Who asked a distribution of production is written down",
    remedy: "Set `loggingConfig`.",
    onlyInProduction: true,
    check: each(DISTRIBUTION, (one) =>
      at(one, "loggingConfig.bucket") === undefined ? "no log" : undefined,
    ),
  },
  {
    id: "load-balancer/https",
    standards: ["ELB.1", "CKV_AWS_2", "CKV_AWS_103", "AWS-0054"],
    title: "A load balancer answers over HTTPS; plain HTTP is only told where to go",
    remedy: 'Set `protocol: "HTTPS"` with a `sslPolicy` of TLS 1.2 or newer, and a redirect on port 80.',
    check: each(listeners, (listener) => {
      const protocol = text(listener, "protocol");
      if (protocol === "HTTP") {
        const actions = objects(listener, "defaultActions").map(({ type }) => type);
        return actions.every((type) => type === "redirect") && actions.length > 0
          ? undefined
          : "answers plain HTTP";
      }
      const policy = at(listener, "sslPolicy");
      return protocol === "HTTPS" && policy !== undefined && !CURRENT_TLS.test(written(policy))
        ? `sslPolicy is ${shown(policy)}`
        : undefined;
    }),
  },
  {
    id: "load-balancer/log",
    standards: ["ELB.5", "CKV_AWS_91", "AwsSolutions-ELB2"],
    title: "Who asked a load balancer of production is written down",
    remedy: "Set `accessLogs.enabled: true` with a bucket.",
    onlyInProduction: true,
    check: setting(loadBalancers, "accessLogs.enabled", (value) => value === true, "has no log"),
  },
  {
    id: "rest-api/access-log",
    standards: ["APIGateway.1", "CKV_AWS_76", "AwsSolutions-APIG1"],
    title: "Every request of a REST API is logged",
    remedy: "Set `accessLogSettings` of the stage.",
    check: each(REST_STAGE, (stage) =>
      at(stage, "accessLogSettings.destinationArn") === undefined ? "no access log" : undefined,
    ),
  },
  {
    id: "rest-api/tracing",
    standards: ["APIGateway.3", "CKV_AWS_73", "Serverless-APIGWXrayEnabled"],
    title: "Requests of a REST API are traced",
    remedy: "Set `xrayTracingEnabled: true`.",
    check: setting([REST_STAGE], "xrayTracingEnabled", (value) => value === true, "is not traced"),
  },
  {
    id: "rest-api/throttling",
    standards: ["Serverless-APIGWDefaultThrottling"],
    title: "A REST API lets through so many requests and no more",
    remedy: "Add a `MethodSettings` with `throttlingRateLimit` and `throttlingBurstLimit`.",
    check: each(REST_STAGE, (stage, recording) => {
      const limits = ofType(recording, "aws:apigateway/methodSettings:MethodSettings").filter(
        (settings) =>
          pointsAt(settings, "stageName", stage) &&
          at(settings, "settings.throttlingRateLimit") !== undefined,
      );
      return limits.length > 0 ? undefined : "no limit";
    }),
  },
  {
    id: "rest-api/lambda-post",
    standards: [],
    title: "A REST API calls Lambda by POST; by any other method it answers 500",
    remedy: 'Set `integrationHttpMethod: "POST"`; the method of the callers is the one of `Method`.',
    check: each("aws:apigateway/integration:Integration", (integration) => {
      const type = text(integration, "type");
      const isLambda =
        type === "AWS_PROXY" || (type === "AWS" && /:lambda:/.test(text(integration, "uri") ?? ""));
      if (!isLambda) return undefined;
      const method = at(integration, "integrationHttpMethod");
      return holds(method, (value) => value === "POST")
        ? undefined
        : `integrationHttpMethod is ${shown(method)}`;
    }),
  },
  {
    id: "cognito/passwords",
    standards: ["AwsSolutions-COG1", "Cognito.3"],
    title: "Passwords of a user pool are long enough not to be guessed",
    remedy: "Set `passwordPolicy.minimumLength` to 12 or more.",
    check: setting(
      ["aws:cognito/userPool:UserPool"],
      "passwordPolicy.minimumLength",
      (value) => Number(value) >= 12,
      "takes short passwords",
    ),
  },
  {
    id: "cognito/deletion-protection",
    standards: ["Cognito.4"],
    title: "AWS refuses to delete the users of production",
    remedy: 'Set `deletionProtection: "ACTIVE"`.',
    onlyInProduction: true,
    check: setting(
      ["aws:cognito/userPool:UserPool"],
      "deletionProtection",
      (value) => value === "ACTIVE",
      "can be deleted with one call",
    ),
  },
];
