/** Verbs that leave what they touch as it is, by how the names of AWS's actions begin. */
const READING = /:(BatchGet|Get|Query|Scan|List|Describe|Receive|ConditionCheck|PartiQLSelect|read$)/;

/** What taking a message from a queue needs besides; it changes nothing that anybody else put there. */
const CONSUMING = new Set(["sqs:DeleteMessage", "sqs:ChangeMessageVisibility"]);

export function reads(action: string): boolean {
  return READING.test(action) || CONSUMING.has(action);
}
