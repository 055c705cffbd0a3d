/** Realises STS as far as no program has to declare it: whoever has keys of the run may ask whose they are. */
import type { IamService } from "../iam/service.ts";
import type { OtherAwsService } from "../other-services/service.ts";
import type { Service } from "../service.ts";

export interface StsOptions {
  otherServices: OtherAwsService;
  iam: IamService;
}

export class StsService implements Service {
  readonly name = "sts";

  constructor({ otherServices, iam }: StsOptions) {
    otherServices.serve("sts", {
      // Loaded when somebody asks: few programs do.
      answer: async (request) => (await import("./caller-identity.ts")).answerSts(iam.guard, request),
    });
  }

  parity(): undefined {
    return undefined;
  }

  async start(): Promise<void> {}

  async stop(): Promise<void> {}
}
