"""The document of the format, followed word by word with nothing of ours: it must be enough for a stranger."""

import base64
import hashlib
import io
import json
import zipfile

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from honnin.records.bundle import make_bundle
from tests.unit.records.bundles import SMALL, make


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def root_of(leaf, index, size, path):
    """RFC 9162 §2.1.3.2, steps 3 to 5."""
    fn, sn, r = index, size - 1, leaf
    for p in path:
        assert sn != 0
        if fn & 1 or fn == sn:
            r = sha(b"\x01", p, r)
            while not fn & 1 and fn != 0:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = sha(b"\x01", r, p)
        fn, sn = fn >> 1, sn >> 1
    assert sn == 0
    return r


def test_a_stranger_verifies_a_bundle_with_the_document_alone():
    with zipfile.ZipFile(io.BytesIO(make_bundle(make(amendments=[SMALL])))) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(files["manifest.json"])
    for name, said in manifest["parts"].items():
        assert (len(files[name]), sha(files[name]).hex()) == (said["size"], said["sha256"])

    text, _, signatures = files["ledger/checkpoint.txt"].decode().rpartition("\n\n")
    text += "\n"
    dash, signer, signature = signatures.rstrip("\n").split(" ")
    assert dash == "—"
    name, key_id, key = files["ledger/key.txt"].decode().rstrip("\n").split("+", 2)
    octets = base64.b64decode(key)
    assert octets[0] == 1
    assert sha(name.encode(), b"\n", octets)[:4].hex() == key_id
    assert (signer, base64.b64decode(signature)[:4].hex()) == (name, key_id)
    Ed25519PublicKey.from_public_bytes(octets[1:]).verify(base64.b64decode(signature)[4:], text.encode())
    origin, size, root, rest = text.split("\n")
    assert (origin, rest) == (f"{name}/{manifest['tenant']}", "")

    assert manifest["contents"] == 2
    for number in range(2):
        start = f"record/{number}/"
        parts = {each.removeprefix(start): data for each, data in files.items() if each.startswith(start)}
        salt = parts.pop("salt")
        listed = b"".join(
            bytes([len(each)]) + each.encode() + len(parts[each]).to_bytes(4, "big") + sha(parts[each])
            for each in sorted(parts)
        )
        commitment = sha(b"honnin commitment 1\n", salt, sha(b"honnin record content v1\x00", listed))
        octets = files[f"ledger/{number}/event.json"]
        event = json.loads(octets)
        assert event["commitment"] == commitment.hex()
        assert (event["kind"], event["record_id"]) == ("amended" if number else "sealed", manifest["record_id"])
        proof = json.loads(files[f"ledger/{number}/proof.json"])
        assert proof["size"] == int(size)
        path = [bytes.fromhex(each) for each in proof["path"]]
        assert root_of(sha(b"\x00", octets), proof["index"], proof["size"], path) == base64.b64decode(root)
