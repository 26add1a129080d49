"""Index files: written whole or not at all, kept by the trust folder, made from DER and PEM."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from honnin.adapters import crl_index_file
from honnin.adapters.crl_index_file import IndexFile, make_index, open_index_file, open_list
from honnin.adapters.trust_folder import TrustFolder
from honnin.cli.main import main
from honnin.core.errors import CallerError, DataError, TrustError
from honnin.flows.trust_import import TrustEntry, import_crl, import_large_crl
from honnin.trust.anchors import Anchor
from honnin.trust.certificate import parse_certificate
from honnin.trust.crl_index import CrlIndex
from tests import pki

ROOT = pki.rsa_key("csca")
LIST = pki.crl(ROOT, range(1 << 40, (1 << 40) + 500))


def reader(data: bytes):
    import io

    return io.BytesIO(data).read


def house(folder: Path) -> TrustFolder:
    store = TrustFolder(folder)
    store.add([TrustEntry(Anchor(parse_certificate(pki.csca(ROOT).der), "production", "here"), pki.NOW, "pin")])
    return store


def files(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.rglob("*") if each.is_file() and each.name not in {"lock", "index.json"} and each.suffix != ".cer")


def test_kept_index_comes_back_in_another_process(tmp_path: Path) -> None:
    done = import_large_crl(reader(LIST), house(tmp_path), now=pki.NOW)
    assert done.result.ok
    (crl,) = TrustFolder(tmp_path).crls()
    assert isinstance(crl, CrlIndex)
    assert crl.count == 500
    assert crl.find((1 << 40) + 7) is not None
    assert crl.find(7) is None
    assert files(tmp_path) == [f"{crl.fingerprint}.crlx"]


def test_newer_list_replaces_the_older_in_either_form(tmp_path: Path) -> None:
    from datetime import timedelta

    store = house(tmp_path)
    start = pki.datetime(2026, 11, 1, tzinfo=pki.UTC)
    import_crl(pki.crl(ROOT, [1], this_update=start), store, now=pki.NOW)
    import_large_crl(reader(pki.crl(ROOT, [1, 2], this_update=start + timedelta(days=1))), store, now=pki.NOW)
    assert [each.count for each in store.crls()] == [2]
    with pytest.raises(TrustError, match=r"trust\.crl\.older"):
        import_crl(pki.crl(ROOT, [1], this_update=start), store, now=pki.NOW)
    import_crl(pki.crl(ROOT, [1, 2, 3], this_update=start + timedelta(days=2)), store, now=pki.NOW)
    assert [each.count for each in TrustFolder(tmp_path).crls()] == [3]
    assert len(files(tmp_path)) == 1


def test_lists_of_two_distribution_points_stand_side_by_side() -> None:
    from honnin.flows.trust_import import _same_list
    from honnin.trust.crl import parse_crl

    one, two = (
        parse_crl(pki.crl(ROOT, [1], extensions=[pki.extension("2.5.29.28", pki.seq(pki.encode(0x81, bytes([each]))))])) for each in (1, 2)
    )
    assert _same_list(one, one)
    assert not _same_list(one, two)


def test_list_that_nobody_trusted_signed_leaves_nothing_behind(tmp_path: Path) -> None:
    store = house(tmp_path)
    with pytest.raises(TrustError, match=r"trust\.crl\.not_verified"):
        import_large_crl(reader(pki.crl(pki.rsa_key("stranger"), [1])), store, now=pki.NOW)
    with pytest.raises(DataError):
        import_large_crl(reader(LIST[:-1]), store, now=pki.NOW)
    assert (files(tmp_path), store.crls()) == ([], ())


@pytest.mark.parametrize("damage", ["head", "missing", "other"])
def test_damaged_index_is_an_error_and_no_missing_list(tmp_path: Path, damage: str) -> None:
    import_large_crl(reader(LIST), house(tmp_path), now=pki.NOW)
    (path,) = tmp_path.rglob("*.crlx")
    content = bytearray(path.read_bytes())
    if damage == "head":
        content[-70] ^= 1
        path.write_bytes(content)
    elif damage == "missing":
        path.unlink()
    else:
        draft = make_index(reader(pki.crl(ROOT, [9])), tmp_path)
        draft.keep(path)
    with pytest.raises(TrustError, match=r"trust\.store\."):
        TrustFolder(tmp_path).crls()


def test_damaged_block_is_found_when_it_is_asked_for(tmp_path: Path) -> None:
    make_index(reader(LIST), tmp_path).keep(tmp_path / "a.crlx")
    content = bytearray((tmp_path / "a.crlx").read_bytes())
    content[20] ^= 1
    (tmp_path / "a.crlx").write_bytes(content)
    crl = open_index_file(tmp_path / "a.crlx")
    with pytest.raises(DataError, match=r"trust\.crl\.index_damaged"):
        crl.find(1 << 40)
    assert crl.find((1 << 40) + 499) is not None


def test_full_disk_is_said_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(crl_index_file.os, "fsync", full)
    with pytest.raises(TrustError, match=r"trust\.store\.unwritable"):
        make_index(reader(LIST), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_closed_index_is_unreadable_and_never_empty(tmp_path: Path) -> None:
    make_index(reader(LIST), tmp_path).keep(tmp_path / "a.crlx")
    file = IndexFile(tmp_path / "a.crlx")
    file.close()
    with pytest.raises(TrustError, match=r"trust\.store\.unreadable"):
        file.read_at(0, 1)


def pem(data: bytes, width: int = 64, newline: bytes = b"\n") -> bytes:
    digits = base64.b64encode(data)
    lines = [digits[at : at + width] for at in range(0, len(digits), width)]
    return newline.join([b"text before", b"-----BEGIN X509 CRL-----", *lines, b"-----END X509 CRL-----", b""])


@pytest.mark.parametrize("content", [LIST, pem(LIST), pem(LIST, 76, b"\r\n"), pem(LIST, 61)])
def test_der_and_pem_give_the_same_octets(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "list"
    path.write_bytes(content)
    with open_list(path) as (source, length):
        assert length == len(content)
        assert b"".join(iter(lambda: source(1000), b"")) == LIST


@pytest.mark.parametrize("content", [pem(LIST)[:-30], pem(LIST).replace(b"A", b"!", 1), pem(LIST)[: len(LIST) // 2]])
def test_broken_pem_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "list").write_bytes(content)
    with open_list(tmp_path / "list") as (source, _), pytest.raises(DataError):
        make_index(source, tmp_path)


def test_file_that_is_not_there_is_the_callers_error(tmp_path: Path) -> None:
    with pytest.raises(CallerError, match=r"trust\.file\.unreadable"), open_list(tmp_path / "none"):
        pass


def test_command_keeps_a_large_list_as_an_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crl_index_file, "LARGE", 1000)
    monkeypatch.setenv("HONNIN_DATA", str(tmp_path / "data"))
    house(tmp_path / "data")
    (tmp_path / "list.crl").write_bytes(LIST)
    done = CliRunner().invoke(main, ["trust", "crl", "--json", str(tmp_path / "list.crl")])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["crl"]["entries"] == 500
    assert len(list((tmp_path / "data").rglob("*.crlx"))) == 1
    listed = json.loads(CliRunner().invoke(main, ["trust", "list", "--json"]).stdout)
    assert [each["entries"] for each in listed["crls"]] == [500]
