/** What Lambda itself does with a function's role, before and beside the function's own code. */

/** X-Ray knows no resources, so its calls are allowed on all or not at all. */
export const tracingActions = [
  "xray:GetSamplingRules",
  "xray:GetSamplingTargets",
  "xray:PutTelemetryRecords",
  "xray:PutTraceSegments",
];

/** Lambda puts a function into a network with interfaces that have no name before they are there. */
export const networkActions = [
  "ec2:AssignPrivateIpAddresses",
  "ec2:CreateNetworkInterface",
  "ec2:DeleteNetworkInterface",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeSubnets",
  "ec2:UnassignPrivateIpAddresses",
];

/** Lambda writes a function's log for it. */
export const loggingActions = ["logs:CreateLogStream", "logs:PutLogEvents"];
