import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { asAnswered, KNOWN_AFTER_DEPLOYMENT, knownByNow } from "./as-answered.ts";

export interface ApiDomainSettings {
  /** e.g. `api.example.com`. */
  name: string;
  /** Id of the Route 53 hosted zone that the domain belongs to. */
  zoneId: string;
}

export interface ApiDomainArgs extends ApiDomainSettings {
  apiId: pulumi.Input<string>;
  stageName: pulumi.Input<string>;
}

/** Seconds for which the record that proves ownership may be remembered; nobody but the certificate's maker reads it. */
const VALIDATION_TTL = 300;

/** A domain for an API: certificate, proof of ownership, mapping and the record that leads there. */
export class ApiDomain extends pulumi.ComponentResource {
  readonly url: pulumi.Output<string>;

  readonly #name: string;

  constructor(name: string, args: ApiDomainArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tandem:aws:ApiDomain", name, {}, opts);
    this.#name = name;
    const domain = this.#createDomain(args, this.#createCertificate(args));
    const mapping = this.#createMapping(args, domain);
    this.#createRecord(args, domain);
    // Not before requests to the domain get anywhere.
    this.url = pulumi.interpolate`https://${mapping.domainName}`;
    this.registerOutputs({ url: this.url });
  }

  /** @returns the ARN of the certificate once it is issued */
  #createCertificate({ name: domainName, zoneId }: ApiDomainArgs): pulumi.Output<string> {
    const certificate = new aws.acm.Certificate(
      `${this.#name}-certificate`,
      { domainName, validationMethod: "DNS" },
      { parent: this },
    );
    const options = asAnswered(certificate.domainValidationOptions);
    const proof = (part: "resourceRecordName" | "resourceRecordType" | "resourceRecordValue") =>
      options.apply((proofs) =>
        knownByNow(
          proofs?.[0]?.[part],
          KNOWN_AFTER_DEPLOYMENT,
          `AWS does not say how to prove that ${domainName} is yours (${part}); is the name right? Then run the deployment again with --refresh`,
        ),
      );
    const record = new aws.route53.Record(
      `${this.#name}-proof`,
      {
        zoneId,
        name: proof("resourceRecordName"),
        type: proof("resourceRecordType"),
        records: [proof("resourceRecordValue")],
        ttl: VALIDATION_TTL,
      },
      { parent: this },
    );
    const issued = new aws.acm.CertificateValidation(
      `${this.#name}-certificate`,
      { certificateArn: certificate.arn, validationRecordFqdns: [record.fqdn] },
      { parent: this },
    );
    return issued.certificateArn;
  }

  #createDomain(
    { name: domainName }: ApiDomainArgs,
    certificateArn: pulumi.Output<string>,
  ): aws.apigatewayv2.DomainName {
    return new aws.apigatewayv2.DomainName(
      this.#name,
      {
        domainName,
        domainNameConfiguration: { certificateArn, endpointType: "REGIONAL", securityPolicy: "TLS_1_2" },
      },
      { parent: this },
    );
  }

  #createMapping(
    { apiId, stageName }: ApiDomainArgs,
    domain: aws.apigatewayv2.DomainName,
  ): aws.apigatewayv2.ApiMapping {
    return new aws.apigatewayv2.ApiMapping(
      `${this.#name}-mapping`,
      { apiId, stage: stageName, domainName: domain.domainName },
      { parent: this },
    );
  }

  #createRecord({ name, zoneId }: ApiDomainArgs, domain: aws.apigatewayv2.DomainName): void {
    const configuration = asAnswered(domain.domainNameConfiguration);
    const target = (part: "targetDomainName" | "hostedZoneId") =>
      configuration.apply((values) =>
        knownByNow(
          values?.[part],
          KNOWN_AFTER_DEPLOYMENT,
          `AWS does not say yet where ${name} leads (${part}); run the deployment again with --refresh`,
        ),
      );
    new aws.route53.Record(
      `${this.#name}-record`,
      {
        zoneId,
        name,
        type: "A",
        aliases: [
          { name: target("targetDomainName"), zoneId: target("hostedZoneId"), evaluateTargetHealth: false },
        ],
      },
      { parent: this },
    );
  }
}
