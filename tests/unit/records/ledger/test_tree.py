"""The tree against the reference roots of RFC 6962's own test data, against a naive tree, and against liars."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from honnin.core.errors import DataError
from honnin.records.ledger import tree
from tests.unit.records.ledger.trees import Log, naive_consistency, naive_path, naive_root

# The eight inputs of the reference implementations of Certificate Transparency and the root after each.
INPUTS = [bytes.fromhex(each) for each in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
)]  # fmt: skip
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


@pytest.mark.parametrize("size", range(9))
def test_the_roots_of_the_reference_tree(size):
    log = Log(INPUTS[:size])
    assert tree.root(log.frontier).hex() == ROOTS[size]


def test_the_root_of_every_earlier_size_comes_from_the_nodes():
    log = Log(INPUTS)
    assert [tree.root_at(size, log.read).hex() for size in range(9)] == ROOTS


@settings(max_examples=60, deadline=None)
@given(st.lists(st.binary(max_size=4), max_size=40), st.data())
def test_roots_and_proofs_are_those_of_the_naive_tree(leaves, data):
    log = Log(leaves)
    assert tree.root(log.frontier) == naive_root(leaves)
    old = data.draw(st.integers(0, len(leaves)))
    proof = tree.consistency_proof(old, len(leaves), log.read)
    if old:
        assert list(proof) == naive_consistency(old, leaves)
    tree.verify_consistency(
        old=old, old_root=naive_root(leaves[:old]), new=len(leaves), new_root=naive_root(leaves), proof=proof
    )
    if old < len(leaves):
        path = tree.inclusion_proof(old, len(leaves), log.read)
        assert list(path) == naive_path(old, leaves)
        tree.verify_inclusion(
            leaf=tree.leaf_hash(leaves[old]), index=old, size=len(leaves), proof=path, root=naive_root(leaves)
        )


def test_nodes_are_the_complete_subtrees_and_nothing_else():
    log = Log([bytes([each]) for each in range(21)])
    expected = {(level, index) for level in range(6) for index in range(21 >> level)}
    assert set(log.nodes) == expected
    assert log.nodes[2, 3] == naive_root(log.leaves[12:16])


def test_proofs_of_a_large_ledger_ask_for_few_nodes():
    log = Log([each.to_bytes(2, "big") for each in range(3000)])
    for index in (0, 1, 1499, 2047, 2048, 2999):
        log.asked = 0
        tree.inclusion_proof(index, 2999 + 1, log.read)
        assert log.asked <= 24
    log.asked = 0
    tree.consistency_proof(1234, 3000, log.read)
    assert log.asked <= 30


def test_extend_is_append_for_each():
    leaves = [tree.leaf_hash(each) for each in INPUTS]
    frontier, nodes = tree.extend(tree.Frontier(), leaves)
    assert tree.root(frontier).hex() == ROOTS[8]
    assert len(nodes) == 15


@pytest.mark.parametrize(("size", "peaks"), [(-1, 0), (1, 0), (3, 1), (0, 1), (1 << 63, 1)])
def test_a_frontier_that_cannot_be_is_refused(size, peaks):
    with pytest.raises(DataError, match=r"ledger\.frontier"):
        tree.Frontier(size, (bytes(32),) * peaks)


def test_short_hashes_are_refused():
    with pytest.raises(DataError, match=r"ledger\.frontier"):
        tree.Frontier(1, (bytes(31),))
    with pytest.raises(DataError, match=r"ledger\.leaf"):
        tree.append(tree.Frontier(), bytes(31))


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0), (0, 1 << 63)])
def test_no_proof_of_an_entry_that_is_not_there(index, size):
    with pytest.raises(DataError, match=r"ledger\.size"):
        tree.inclusion_proof(index, size, Log().read)
    with pytest.raises(DataError, match=r"ledger\.inclusion"):
        tree.verify_inclusion(leaf=bytes(32), index=index, size=size, proof=(), root=bytes(32))


def test_no_consistency_proof_backwards():
    with pytest.raises(DataError, match=r"ledger\.size"):
        tree.consistency_proof(3, 2, Log(INPUTS).read)


def _altered(octets):
    for position in range(len(octets)):
        yield octets[:position] + bytes([octets[position] ^ 1 << position % 8]) + octets[position + 1 :]


@pytest.mark.parametrize("size", [1, 2, 3, 6, 7, 8, 13])
def test_every_altered_inclusion_proof_is_refused(size):
    log = Log([bytes([each]) for each in range(size)])
    root = tree.root(log.frontier)
    for index in range(size):
        leaf = log.nodes[0, index]
        proof = tree.inclusion_proof(index, size, log.read)
        good = {"leaf": leaf, "index": index, "size": size, "proof": proof, "root": root}
        tree.verify_inclusion(**good)
        lies = [{"index": each} for each in range(-1, size + 2) if each != index]
        # The path alone does not pin the size: a proof may fit another size of the same shape, but then the root,
        # which a checkpoint signs together with the size, is another one. These sizes have other shapes.
        lies += [{"size": 0}, {"size": size * 2 + 2}, {"size": 1 << 63}]
        lies += [{"leaf": each} for each in _altered(leaf)] + [{"root": each} for each in _altered(root)]
        lies += [{"proof": (*proof, bytes(32))}, {"proof": proof * 30}] if proof else []
        lies += [{"proof": proof[1:]}, {"proof": proof[:-1]}] if proof else []
        for place, octets in enumerate(proof):
            lies += [{"proof": (*proof[:place], each, *proof[place + 1 :])} for each in _altered(octets)]
            lies.append({"proof": (*proof[:place], octets[:31], *proof[place + 1 :])})
        for lie in lies:
            with pytest.raises(DataError, match=r"ledger\.inclusion"):
                tree.verify_inclusion(**(good | lie))


@pytest.mark.parametrize(("old", "new"), [(1, 2), (2, 3), (3, 7), (4, 7), (6, 8), (4, 8), (5, 13), (8, 13), (7, 7)])
def test_every_altered_consistency_proof_is_refused(old, new):
    log = Log([bytes([each]) for each in range(new)])
    good = {
        "old": old,
        "new": new,
        "old_root": tree.root_at(old, log.read),
        "new_root": tree.root_at(new, log.read),
        "proof": tree.consistency_proof(old, new, log.read),
    }
    tree.verify_consistency(**good)
    proof = good["proof"]
    lies = [{"old": 0}, {"old": new + 1}, {"old": -1}, {"new": old - 1}, {"proof": (*proof, bytes(32))}]
    lies += [{"old_root": each} for each in _altered(good["old_root"])]
    lies += [{"new_root": each} for each in _altered(good["new_root"])]
    for place, octets in enumerate(proof):
        lies += [{"proof": (*proof[:place], each, *proof[place + 1 :])} for each in _altered(octets)]
        lies.append({"proof": (*proof[:place], *proof[place + 1 :])})
    for lie in lies:
        with pytest.raises(DataError, match=r"ledger\.consistency"):
            tree.verify_consistency(**(good | lie))


def test_the_empty_tree_begins_every_tree_but_only_as_itself():
    log = Log(INPUTS)
    root = tree.root(log.frontier)
    tree.verify_consistency(old=0, old_root=tree.EMPTY_ROOT, new=8, new_root=root, proof=())
    with pytest.raises(DataError):
        tree.verify_consistency(old=0, old_root=bytes(32), new=8, new_root=root, proof=())
    with pytest.raises(DataError):
        tree.verify_consistency(old=0, old_root=tree.EMPTY_ROOT, new=0, new_root=root, proof=())
