// A stranger's program that verifies an evidence bundle by docs/formats/evidence-bundle.md alone, with nothing but Node.
// It shares no line with honnin. usage: node bundle.mjs BUNDLE.zip [LEDGER_KEY] [TSA_ROOT.cer]; prints one JSON object.

import { createHash, createPublicKey, verify, X509Certificate, constants } from "node:crypto";
import { readFileSync } from "node:fs";
import { gunzipSync, inflateRawSync } from "node:zlib";

const sha256 = (...parts) => parts.reduce((hash, each) => hash.update(each), createHash("sha256")).digest();
const must = (fact, why) => { if (!fact) throw new Error(why); };

// --- zip: by the central directory, stored or deflated -----------------------------------------------------------------

function unzip(file, storedOnly) {
  const end = file.length - 22;
  must(file.readUInt32LE(end) === 0x06054b50 && file.readUInt16LE(end + 20) === 0, "zip: end");
  const files = new Map();
  let at = file.readUInt32LE(end + 16);
  for (let left = file.readUInt16LE(end + 10); left; left--) {
    must(file.readUInt32LE(at) === 0x02014b50, "zip: directory");
    const method = file.readUInt16LE(at + 10), packed = file.readUInt32LE(at + 20), size = file.readUInt32LE(at + 24);
    const length = file.readUInt16LE(at + 28), start = file.readUInt32LE(at + 42);
    const name = file.toString("utf8", at + 46, at + 46 + length);
    must(!files.has(name) && (method === 0 || (!storedOnly && method === 8)), "zip: entry");
    const data = start + 30 + file.readUInt16LE(start + 26) + file.readUInt16LE(start + 28);
    const octets = file.subarray(data, data + packed);
    files.set(name, method ? inflateRawSync(octets, { maxOutputLength: size || 1 }) : octets);
    at += 46 + length + file.readUInt16LE(at + 30) + file.readUInt16LE(at + 32);
  }
  return files;
}

// --- DER ---------------------------------------------------------------------------------------------------------------

function der(octets, at = 0) {
  let length = octets[at + 1], head = 2;
  if (length & 0x80) {
    head += length & 0x7f;
    length = Number(BigInt("0x" + octets.toString("hex", at + 2, at + head)));
  }
  must(at + head + length <= octets.length, "der: length");
  const raw = octets.subarray(at, at + head + length);
  return { tag: octets[at], raw, value: raw.subarray(head), end: at + head + length };
}

function inside(node) {
  const found = [];
  for (let at = 0; at < node.value.length; ) {
    const next = der(node.value, at);
    found.push(next);
    at = next.end;
  }
  return found;
}

const oid = (text) => Buffer.from(text, "hex");
const is = (node, text) => node.tag === 0x06 && node.value.equals(oid(text));
const MESSAGE_DIGEST = "2a864886f70d010904";
const HASHES = { "608648016503040201": "sha256", "608648016503040202": "sha384", "608648016503040203": "sha512",
  "2b0e03021a": "sha1", "608648016503040204": "sha224" };

const hashOf = (algorithm) => HASHES[inside(algorithm)[0].value.toString("hex")];

/** Verifies the first signer of a SignedData; returns {content, signer}. */
function signedData(octets) {
  const outer = der(octets);
  must(outer.tag === 0x30 && outer.end === octets.length, "cms: form");
  const info = inside(outer);
  must(is(info[0], "2a864886f70d010702"), "cms: type");
  const fields = inside(inside(info[1])[0]);
  const content = inside(inside(fields[2])[1])[0].value; // the OCTET STRING inside [0]
  const certificates = fields.filter((each) => each.tag === 0xa0).flatMap(inside).map((each) => new X509Certificate(each.raw));
  const signerInfo = inside(inside(fields.at(-1))[0]);
  const attributes = signerInfo.find((each) => each.tag === 0xa0);
  must(attributes, "cms: no signed attributes");
  const after = signerInfo.slice(signerInfo.indexOf(attributes) + 1);
  const hash = hashOf(signerInfo[2]);
  const digest = inside(attributes).map(inside).find((each) => is(each[0], MESSAGE_DIGEST));
  must(digest && inside(digest[1])[0].value.equals(createHash(hash).update(content).digest()), "cms: message digest");
  const signed = Buffer.concat([Buffer.from([0x31]), attributes.raw.subarray(1)]); // as SET OF
  const signature = after[1].value;
  const algorithm = inside(after[0])[0].value.toString("hex");
  const signer = certificates.find((each) => {
    const key = { key: each.publicKey, dsaEncoding: "der" };
    if (algorithm === "2a864886f70d01010a") {
      Object.assign(key, { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_AUTO });
    }
    try { return verify(hash, signed, key, signature); } catch { return false; }
  });
  must(signer, "cms: signature");
  return { content, signer };
}

// --- the proofs of the document ----------------------------------------------------------------------------------------

function manifest(files) {
  const value = JSON.parse(files.get("manifest.json").toString("utf8"));
  must(value.format === "honnin-evidence" && [1, 2].includes(value.version), "format");
  const second = files.has("ledger/stated/event.json") || [...files.keys()].some((name) => name.startsWith("rules/"));
  must(second === (value.version === 2), "version");
  must(JSON.stringify(Object.keys(value.parts).sort()) === JSON.stringify([...files.keys()].slice(1).sort()), "names");
  for (const [name, said] of Object.entries(value.parts)) {
    const octets = files.get(name);
    must(octets.length === said.size && sha256(octets).toString("hex") === said.sha256, `part ${name}`);
  }
  return value;
}

function contents(files, number) {
  const start = `record/${number}/`;
  return new Map([...files].filter(([name]) => name.startsWith(start)).map(([name, each]) => [name.slice(start.length), each]));
}

function commitment(parts) {
  const listed = [...parts.keys()].filter((name) => name !== "salt").sort().map((name) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(parts.get(name).length);
    return Buffer.concat([Buffer.from([name.length]), Buffer.from(name), length, sha256(parts.get(name))]);
  });
  const digest = sha256("honnin record content v1\0", ...listed);
  return sha256("honnin commitment 1\n", parts.get("salt"), digest).toString("hex");
}

function rootOf(leaf, index, size, path) { // RFC 9162 2.1.3.2
  let fn = index, sn = size - 1, r = leaf;
  for (const p of path) {
    must(sn !== 0, "inclusion: too long");
    if (fn % 2 === 1 || fn === sn) {
      r = sha256(Buffer.from([1]), p, r);
      while (fn % 2 === 0 && fn !== 0) { fn = Math.floor(fn / 2); sn = Math.floor(sn / 2); }
    } else {
      r = sha256(Buffer.from([1]), r, p);
    }
    fn = Math.floor(fn / 2); sn = Math.floor(sn / 2);
  }
  must(sn === 0, "inclusion: too short");
  return r;
}

/** RFC 9162 2.1.4.2: the tree with root `older` of `m` entries is the beginning of the one with root `newer` of `n`. */
function consistent(m, older, n, newer, path) {
  if (m === n) return must(path.length === 0 && older.equals(newer), "consistency: same size");
  let proof = path;
  if ((m & (m - 1)) === 0) proof = [older, ...path];
  let fn = m - 1, sn = n - 1;
  while (fn % 2 === 1) { fn = Math.floor(fn / 2); sn = Math.floor(sn / 2); }
  must(proof.length > 0, "consistency: empty");
  let fr = proof[0], sr = proof[0];
  for (const c of proof.slice(1)) {
    must(sn !== 0, "consistency: too long");
    if (fn % 2 === 1 || fn === sn) {
      fr = sha256(Buffer.from([1]), c, fr);
      sr = sha256(Buffer.from([1]), c, sr);
      while (fn % 2 === 0 && fn !== 0) { fn = Math.floor(fn / 2); sn = Math.floor(sn / 2); }
    } else {
      sr = sha256(Buffer.from([1]), sr, c);
    }
    fn = Math.floor(fn / 2); sn = Math.floor(sn / 2);
  }
  must(sn === 0 && fr.equals(older) && sr.equals(newer), "consistency");
}

function checkpoint(files, said, known, note_ = "ledger/checkpoint.txt", expected = said.ledger_size) {
  const note = files.get(note_).toString("utf8");
  const border = note.lastIndexOf("\n\n");
  const text = note.slice(0, border + 1);
  const vkey = known ?? files.get("ledger/key.txt").toString("utf8").trimEnd();
  const [name, id, key64] = [vkey.split("+")[0], vkey.split("+")[1], vkey.split("+").slice(2).join("+")];
  const key = Buffer.from(key64, "base64");
  must(key[0] === 1 && sha256(name, "\n", key).toString("hex", 0, 4) === id, "key id");
  const lines = note.slice(border + 2).split("\n").filter(Boolean).map((each) => each.split(" "));
  const line = lines.find(([dash, who, sig]) => dash === "—" && who === name && Buffer.from(sig, "base64").toString("hex", 0, 4) === id);
  must(line && note.endsWith("\n"), "not signed with that key");
  must([line[2], text.split("\n")[2]].every((each) => Buffer.from(each, "base64").toString("base64") === each), "base64");
  const spki = Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), key.subarray(1)]);
  const publicKey = createPublicKey({ key: spki, format: "der", type: "spki" });
  must(verify(null, Buffer.from(text), publicKey, Buffer.from(line[2], "base64").subarray(4)), "ledger signature");
  const [origin, size, root, rest] = text.split("\n");
  must(origin === `${name}/${said.tenant}` && rest === "" && Number(size) === expected, "checkpoint");
  return { size: Number(size), root: Buffer.from(root, "base64") };
}

function events(files, said, point) {
  let last = -1;
  for (let number = 0; number < said.contents; number++) {
    const octets = files.get(`ledger/${number}/event.json`);
    const event = JSON.parse(octets.toString("utf8"));
    must(event.kind === (number ? "amended" : "sealed") && event.version === 1, "event");
    must(event.record_id === said.record_id && event.tenant === said.tenant, "other record");
    must(!("part" in event.detail) || event.detail.part === String(number), "part");
    must(event.commitment === commitment(contents(files, number)), "commitment");
    const proof = JSON.parse(files.get(`ledger/${number}/proof.json`).toString("utf8"));
    must(proof.size === point.size && proof.index > last && proof.index < proof.size, "place");
    last = proof.index;
    const path = proof.path.map((each) => Buffer.from(each, "hex"));
    must(rootOf(sha256(Buffer.from([0]), octets), proof.index, proof.size, path).equals(point.root), "inclusion");
  }
}

/** The house's own statement of how many contents the record has (format 2). */
function stated(files, said, known, point) {
  if (!files.has("ledger/stated/event.json")) return { outcome: "none" };
  const octets = files.get("ledger/stated/event.json");
  const event = JSON.parse(octets.toString("utf8"));
  must(event.kind === "exported" && event.record_id === said.record_id && event.tenant === said.tenant, "other record");
  const proof = JSON.parse(files.get("ledger/stated/proof.json").toString("utf8"));
  const newer = checkpoint(files, said, known, "ledger/stated/checkpoint.txt", proof.size);
  const [path, growth] = [proof.path, proof.consistency].map((list) => list.map((each) => Buffer.from(each, "hex")));
  must(rootOf(sha256(Buffer.from([0]), octets), proof.index, proof.size, path).equals(newer.root), "inclusion");
  consistent(point.size, point.root, newer.size, newer.root, growth);
  const [asOf, count, last] = ["as_of", "contents", "last"].map((name) => Number(event.detail[name]));
  const places = [...Array(said.contents).keys()].map((n) => JSON.parse(files.get(`ledger/${n}/proof.json`).toString("utf8")).index);
  must(asOf <= proof.index && last < asOf, "place");
  must(count === places.length && last === places.at(-1), "amendments left out");
  return { outcome: "passed", as_of: asOf, contents: count };
}

function rulesDigest(octets) {
  const texts = JSON.parse(gunzipSync(octets, { maxOutputLength: 1 << 20 }).toString("utf8"));
  const hash = createHash("sha256");
  for (const name of Object.keys(texts).sort()) {
    for (const part of [Buffer.from(name), Buffer.from(texts[name])]) {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(part.length);
      hash.update(length).update(part);
    }
  }
  return hash.digest("hex");
}

/** Each Decision with the rules that the record says it was made by: which of them are here. */
function rules(files, said) {
  const known = new Set();
  for (const [name, octets] of files) {
    if (!name.startsWith("rules/")) continue;
    must(name === `rules/${rulesDigest(octets)}.gz`, "rules: name");
    known.add(rulesDigest(octets));
  }
  const found = [];
  let named = null; // of a content without rules.json: those of before
  for (let number = 0; number < said.contents; number++) {
    const parts = contents(files, number);
    if (parts.has("rules.gz")) known.add(rulesDigest(parts.get("rules.gz")));
    if (parts.has("rules.json")) named = JSON.parse(parts.get("rules.json").toString("utf8"));
    if (named === null) continue;
    must(named.format === "honnin-rules" && named.version === 1, "rules: format");
    must(known.has(named.sha256), "rules: not here");
    for (const prefix of ["", "other/"]) {
      if (!parts.has(`${prefix}decision.json`)) continue;
      const record = JSON.parse(parts.get("kiroku.json").toString("utf8"));
      const linked = prefix && record.items.some((each) => each.id === "product.other_party");
      const decision = JSON.parse(parts.get(`${prefix}decision.json`).toString("utf8"));
      must(linked || named.sha256.startsWith(decision.rules_version), "rules: version");
      found.push({ content: number, about: prefix ? "other" : "holder", on: decision.on, verified: decision.verified });
    }
  }
  return found;
}

/** What was done is never taken back: letters keep their day, papers and declarations stay, one act comes at a time. */
function later(files, said) {
  let before = null;
  const codes = [];
  for (let number = 0; number < said.contents; number++) {
    const parts = contents(files, number);
    const event = JSON.parse(files.get(`ledger/${number}/event.json`).toString("utf8"));
    if (number) {
      const note = parts.has("amendment.json") ? JSON.parse(parts.get("amendment.json").toString("utf8")) : {};
      must((note.act ?? "") === (event.detail.act ?? ""), "later: act");
      codes.push(note.act ?? "");
    }
    if (!parts.has("case.json") || !parts.has("acts.json")) continue;
    const [case_, acts] = ["case.json", "acts.json"].map((name) => JSON.parse(parts.get(name).toString("utf8")));
    if (before) {
      for (const name of ["law", "transaction", "business_type", "amount_yen", "channel", "actor", "customer_kind"]) {
        must(case_[name] === before.case_[name], `later: ${name}`);
      }
      must((before.case_.risk_flags ?? []).every((each) => (case_.risk_flags ?? []).includes(each)), "later: flags");
      must(case_.on >= before.case_.on, "later: day");
      for (const list of ["mail", "others", "declarations"]) {
        before.acts[list].forEach((each, at) => {
          const now = acts[list][at];
          must(now !== undefined, `later: ${list}`);
          for (const [name, value] of Object.entries(each)) {
            must(value === null || JSON.stringify(now[name]) === JSON.stringify(value), `later: ${list} ${name}`);
          }
        });
      }
      for (const name of ["presented", "photo_printed", "chip_displayed", "face_match", "print_match", "number_lookup", "staff_delivery"]) {
        must(before.acts[name] === null || JSON.stringify(acts[name]) === JSON.stringify(before.acts[name]), `later: ${name}`);
      }
    }
    before = { case_, acts };
  }
  return codes;
}

function timestamp(files, tsaRoot) {
  const token = files.get("ledger/timestamp.der");
  if (!token) return { outcome: "none" };
  const { content, signer } = signedData(token);
  const info = inside(der(content));
  const imprint = inside(info[2]);
  must(HASHES[inside(imprint[0])[0].value.toString("hex")] === "sha256", "imprint algorithm");
  must(imprint[1].value.equals(sha256(files.get("ledger/checkpoint.txt"))), "imprint");
  const time = info.find((each) => each.tag === 0x18).value.toString("ascii");
  const root = tsaRoot ? new X509Certificate(readFileSync(tsaRoot)) : null;
  return { outcome: "passed", time, trusted: root ? signer.verify(root.publicKey) || signer.raw.equals(root.raw) : null };
}

function reading(files) {
  const octets = files.get("record/0/reading.zip");
  if (!octets) return {};
  const inner = unzip(octets, false);
  const found = {};
  const sod = inner.get("files/EF.SOD.bin");
  if (sod) {
    const { content, signer } = signedData(der(sod).value); // without the 77
    const object = inside(der(content));
    const hash = hashOf(object[1]);
    const listed = new Map(inside(object[2]).map((each) => [inside(each)[0].value[0], inside(each)[1].value]));
    const checked = [];
    for (const [number, expected] of listed) {
      const group = inner.get(`files/EF.DG${number}.bin`);
      if (!group) continue;
      must(createHash(hash).update(group).digest().equals(expected), `data group ${number}`);
      checked.push(number);
    }
    found.sod = { signature: "passed", groups: checked, signer: sha256(signer.raw).toString("hex") };
  }
  const certificate = inner.get("files/JPKI.EF0001.bin");
  if (certificate) {
    const proof = JSON.parse(inner.get("manifest.json").toString("utf8")).proofs.find((each) => each.kind === "mynumber.sign");
    const key = new X509Certificate(certificate).publicKey;
    const [document, signature] = ["document", "signature"].map((name) => Buffer.from(proof.octets[name], "base64"));
    must(verify(proof.facts.hash, document, key, signature), "jpki signature");
    found.jpki = "passed";
  }
  return found;
}

const [path, known, tsaRoot] = process.argv.slice(2);
const answer = {};
const step = (name, action) => {
  try {
    const value = action();
    answer[name] = value === undefined || Buffer.isBuffer(value) ? "passed" : value;
    return value;
  } catch (error) {
    answer[name] = `failed: ${error.message}`;
    return null;
  }
};
const files = step("zip", () => unzip(readFileSync(path), true)) ?? new Map();
answer.zip = files.size ? "passed" : answer.zip;
const said = step("manifest", () => manifest(files));
if (said) {
  answer.manifest = "passed";
  const point = step("checkpoint", () => checkpoint(files, said, known || undefined));
  if (point) {
    answer.checkpoint = "passed";
    step("events", () => events(files, said, point));
    step("stated", () => stated(files, said, known || undefined, point));
  }
  step("rules", () => rules(files, said));
  step("later", () => later(files, said));
  step("timestamp", () => timestamp(files, tsaRoot));
  step("reading", () => reading(files));
}
process.stdout.write(JSON.stringify(answer) + "\n");
