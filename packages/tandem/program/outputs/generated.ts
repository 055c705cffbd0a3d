/** What providers `random` and `tls` generate: programs hash it, cut it and put it into names. The same at every recording. */
import type { Named, Rule, Rules } from "./declaration.ts";

export const generated: Rules = {
  "random:index/randomPassword:RandomPassword": (it) => ({ id: "none", result: text(it) }),
  "random:index/randomString:RandomString": (it) => ({ id: text(it), result: text(it) }),
  "random:index/randomUuid:RandomUuid": (it) => ({ id: it.uuid(), result: it.uuid() }),
  "random:index/randomInteger:RandomInteger": (it) => ({
    id: it.text("min"),
    result: Number(it.text("min")),
  }),
  "random:index/randomPet:RandomPet": (it) => ({ id: pet(it) }),
  "random:index/randomId:RandomId": (it) => {
    const prefix = it.text("prefix");
    const bytes = bytesOf(it, Number(it.text("byteLength")));
    const b64Url = prefix + bytes.toString("base64url");
    return {
      id: bytes.toString("base64url"),
      b64Url,
      b64Std: prefix + bytes.toString("base64"),
      hex: prefix + bytes.toString("hex"),
      dec: `${prefix}${BigInt(`0x${bytes.toString("hex") || "0"}`)}`,
    };
  },
  "random:index/randomBytes:RandomBytes": (it) => {
    const bytes = bytesOf(it, Number(it.text("length")));
    return { id: "none", base64: bytes.toString("base64"), hex: bytes.toString("hex") };
  },
  "random:index/randomShuffle:RandomShuffle": shuffled,
  "tls:index/privateKey:PrivateKey": (it) => {
    const key = bytesOf(it, 48).toString("base64");
    return {
      id: it.digits(40),
      privateKeyPem: `-----BEGIN PRIVATE KEY-----\n${key}\n-----END PRIVATE KEY-----\n`,
      privateKeyPemPkcs8: `-----BEGIN PRIVATE KEY-----\n${key}\n-----END PRIVATE KEY-----\n`,
      privateKeyOpenssh: `-----BEGIN OPENSSH PRIVATE KEY-----\n${key}\n-----END OPENSSH PRIVATE KEY-----\n`,
      publicKeyPem: `-----BEGIN PUBLIC KEY-----\n${key}\n-----END PUBLIC KEY-----\n`,
      publicKeyOpenssh: `ssh-${it.text("algorithm").toLowerCase()} ${key}\n`,
      publicKeyFingerprintSha256: `SHA256:${bytesOf(it, 32).toString("base64").replace(/=+$/, "")}`,
      publicKeyFingerprintMd5: it.digits(32).replace(/..(?=.)/g, "$&:"),
    };
  },
  "tls:index/selfSignedCert:SelfSignedCert": certificate,
  "tls:index/locallySignedCert:LocallySignedCert": certificate,
};

/** As many characters as are asked for. */
function text(it: Named): string {
  return bytesOf(it, Number(it.text("length")))
    .toString("hex")
    .slice(0, Number(it.text("length")));
}

/** A digest gives no more than 32 at once. */
function bytesOf(it: Named, count: number): Buffer {
  const parts = Array.from({ length: Math.ceil(count / 32) }, (_, part) => it.digits(64, `bytes ${part}`));
  return Buffer.from(parts.join(""), "hex").subarray(0, count);
}

function pet(it: Named): string {
  const separator = it.inputs.separator === undefined ? "-" : it.text("separator");
  const words = Array.from({ length: Number(it.text("length") || 2) }, (_, word) =>
    it.letters(6, `pet ${word}`),
  );
  return [...(it.text("prefix") === "" ? [] : [it.text("prefix")]), ...words].join(separator);
}

/** In the order that they are given in. */
function shuffled({ inputs }: Named): ReturnType<Rule> {
  const all = Array.isArray(inputs.inputs) ? inputs.inputs : [];
  return {
    id: "-",
    results: all.slice(0, typeof inputs.resultCount === "number" ? inputs.resultCount : all.length),
  };
}

function certificate(it: Named): ReturnType<Rule> {
  const body = bytesOf(it, 96).toString("base64");
  return { id: it.digits(40), certPem: `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n` };
}
