import assert from "node:assert/strict";
import { checkLoading } from "../load-check.ts";

const reading = (variable: string) => `
  if (!process.env.${variable}) throw new Error("Missing environment variable ${variable}");
  exports.handler = async () => {};`;

describe("load check of bundles", () => {
  it("is content with a function that has what it reads", async () => {
    await checkLoading([
      { functionName: "hello", code: reading("VISITS_TABLE"), variables: ["VISITS_TABLE"] },
    ]);
  });

  it("gives the variables that Lambda itself gives", async () => {
    await checkLoading([{ functionName: "hello", code: reading("AWS_REGION"), variables: [] }]);
  });

  it("names every function that reads a variable no link gives, and the variable", async () => {
    const candidates = [
      { functionName: "a", code: reading("VISITS_TABLE"), variables: ["ORDERS_TABLE"] },
      { functionName: "b", code: reading("ORDERS_TABLE"), variables: ["ORDERS_TABLE"] },
      { functionName: "c", code: reading("QUEUE_URL"), variables: [] },
    ];
    await assert.rejects(checkLoading(candidates), {
      message:
        'Function "a" does not load with the variables it is given (ORDERS_TABLE): Missing environment variable VISITS_TABLE\n' +
        'Function "c" does not load with the variables it is given (none): Missing environment variable QUEUE_URL',
    });
  });

  it("gives nothing of the environment it runs in", async () => {
    process.env.TANDEM_LOAD_PROBE = "set";
    try {
      const code = reading("TANDEM_LOAD_PROBE");
      await assert.rejects(
        checkLoading([{ functionName: "hello", code, variables: [] }]),
        /Missing environment variable TANDEM_LOAD_PROBE/,
      );
    } finally {
      delete process.env.TANDEM_LOAD_PROBE;
    }
  });

  it("finds a file without a handler", async () => {
    await assert.rejects(
      checkLoading([{ functionName: "hello", code: "exports.main = 1;", variables: [] }]),
      /Function "hello" does not load .*: the file exports no function named handler$/,
    );
  });

  it("finds a file that ends its process", async () => {
    await assert.rejects(
      checkLoading([{ functionName: "hello", code: "process.exit(3);", variables: [] }]),
      /it ended the process with status 3 while loading$/,
    );
  });

  it("does not wait for what a file keeps open", async () => {
    const code = "setInterval(() => {}, 1000); exports.handler = async () => {};";
    await checkLoading([{ functionName: "hello", code, variables: [] }]);
  });
});
