// Judges CMS files with PKI.js on Node's own WebCrypto, which knows RSA and the NIST curves by name and nothing else.
// Arguments: the folder of the installed packages, then files. One JSON object goes to standard output.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { webcrypto, createHash } from "node:crypto";

const [packages, ...files] = process.argv.slice(2);
const require = createRequire(pathToFileURL(packages + "/"));
const asn1js = await import(pathToFileURL(require.resolve("asn1js")));
const pkijs = await import(pathToFileURL(require.resolve("pkijs")));
pkijs.setEngine("node", new pkijs.CryptoEngine({ name: "node", crypto: webcrypto }));

function withoutApplicationTag(bytes) {
  if (bytes[0] !== 0x77) return bytes;
  return bytes.subarray(bytes[1] < 0x80 ? 2 : 2 + (bytes[1] & 0x7f));
}

async function judge(path) {
  const bytes = withoutApplicationTag(readFileSync(path));
  const exact = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  const outer = asn1js.fromBER(exact);
  if (outer.offset === -1) return { verified: false, problem: "not BER: " + outer.result.error };
  try {
    const content = new pkijs.ContentInfo({ schema: outer.result });
    const signed = new pkijs.SignedData({ schema: content.content });
    const result = await signed.verify({ signer: 0, checkChain: false, extendedMode: true });
    const certificate = result.signerCertificate;
    return {
      content_type: signed.encapContentInfo.eContentType,
      verified: result.signatureVerified === true,
      certificate_sha256: certificate
        ? createHash("sha256").update(Buffer.from(certificate.toSchema().toBER())).digest("hex")
        : null,
    };
  } catch (problem) {
    return { verified: false, problem: String(problem?.message ?? problem) };
  }
}

const answer = {};
for (const file of files) answer[file] = await judge(file);
console.log(JSON.stringify(answer));
