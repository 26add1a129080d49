"""The Merkle tree of the ledger: RFC 6962 §2.1 and RFC 9162 §2.1, hash SHA-256, pure functions.

A leaf hash is SHA-256(0x00 ‖ leaf octets), a node hash SHA-256(0x01 ‖ left ‖ right), the root of nothing SHA-256("").
Node (level, index) is the hash over the leaves index·2^level … (index+1)·2^level − 1; only complete nodes exist, and
once written they never change. A `Frontier` (size and at most 63 peaks) is all that appending needs; with the complete
nodes in a store, the root of every earlier size and every proof takes O(log n) look-ups.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from honnin.core.errors import DataError

HASH_LENGTH = 32
MAX_SIZE = 1 << 62
MAX_PROOF = 64  # hashes; a tree of 2^62 leaves needs 62 (inclusion) or 63 (consistency)

Node = tuple[int, int, bytes]  # level, index, 32 octets
NodeReader = Callable[[int, int], bytes]  # (level, index) -> 32 octets; raises what the store raises when it is missing

EMPTY_ROOT = hashlib.sha256(b"").digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """A tree of `size` leaves as its peaks: the roots of its complete subtrees, the widest (leftmost) first.

    One peak for each bit set in `size`, 32 octets each. Raises DataError `ledger.frontier` when that does not hold.
    """

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.size <= MAX_SIZE or len(self.peaks) != self.size.bit_count():
            raise DataError("ledger.frontier", "the size and the peaks of a ledger do not fit")
        if any(len(peak) != HASH_LENGTH for peak in self.peaks):
            raise DataError("ledger.frontier", "a peak of a ledger is no hash")


def leaf_hash(leaf: bytes) -> bytes:
    """SHA-256(0x00 ‖ leaf), 32 octets."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 ‖ left ‖ right), 32 octets."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def append(frontier: Frontier, leaf: bytes) -> tuple[Frontier, tuple[Node, ...]]:
    """The tree with one more leaf hash (32 octets), and the nodes that became complete, the leaf itself first."""
    if len(leaf) != HASH_LENGTH:
        raise DataError("ledger.leaf", "a leaf hash has 32 octets")
    level, index, current = 0, frontier.size, leaf
    peaks = list(frontier.peaks)
    nodes: list[Node] = [(0, index, leaf)]
    while index & 1:  # the subtree to the left of the same width is complete
        current = node_hash(peaks.pop(), current)
        level, index = level + 1, index >> 1
        nodes.append((level, index, current))
    peaks.append(current)
    return Frontier(frontier.size + 1, tuple(peaks)), tuple(nodes)


def extend(frontier: Frontier, leaves: Iterable[bytes]) -> tuple[Frontier, tuple[Node, ...]]:
    """`append` for each leaf hash in order; all new nodes, each level's indices ascending."""
    nodes: list[Node] = []
    for leaf in leaves:
        frontier, new = append(frontier, leaf)
        nodes += new
    return frontier, tuple(nodes)


def root(frontier: Frontier) -> bytes:
    """The Merkle tree hash, 32 octets."""
    if not frontier.peaks:
        return EMPTY_ROOT
    *others, current = frontier.peaks
    for peak in reversed(others):
        current = node_hash(peak, current)
    return current


def peak_places(size: int) -> tuple[tuple[int, int], ...]:
    """(level, index) of the peaks of a tree of this size, the widest first."""
    _check_size(size)
    places = []
    start = 0
    for level in range(size.bit_length() - 1, -1, -1):
        if size >> level & 1:
            places.append((level, start >> level))
            start += 1 << level
    return tuple(places)


def frontier_at(size: int, read_node: NodeReader) -> Frontier:
    """The frontier the ledger had when it had `size` leaves, from its stored nodes."""
    return Frontier(size, tuple(read_node(level, index) for level, index in peak_places(size)))


def root_at(size: int, read_node: NodeReader) -> bytes:
    """The root the ledger had when it had `size` leaves, from its stored nodes."""
    return root(frontier_at(size, read_node))


def inclusion_proof(index: int, size: int, read_node: NodeReader) -> tuple[bytes, ...]:
    """PATH(index, D[size]) of RFC 6962 §2.1.1, nearest sibling first.

    Raises DataError `ledger.size` unless 0 <= index < size.
    """
    _check_size(size)
    if not 0 <= index < size:
        raise DataError("ledger.size", "there is no such leaf in a ledger of this size")
    proof: list[bytes] = []
    low, high = 0, size
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            proof.append(_range_hash(middle, high, read_node))
            high = middle
        else:
            proof.append(_range_hash(low, middle, read_node))
            low = middle
    return tuple(reversed(proof))


def consistency_proof(old: int, new: int, read_node: NodeReader) -> tuple[bytes, ...]:
    """PROOF(old, D[new]) of RFC 6962 §2.1.2: that the first `old` leaves were not touched since.

    Empty for old = 0 and old = new. Raises DataError `ledger.size` unless 0 <= old <= new.
    """
    _check_size(new)
    if not 0 <= old <= new:
        raise DataError("ledger.size", "the older ledger is not the smaller one")
    if old in {0, new}:
        return ()
    proof: list[bytes] = []
    low, high, whole = 0, new, True  # whole: the older tree's part here is known to the verifier
    while old != high:
        middle = low + _split(high - low)
        if old <= middle:
            proof.append(_range_hash(middle, high, read_node))
            high = middle
        else:
            proof.append(_range_hash(low, middle, read_node))
            low, whole = middle, False
    if not whole:
        proof.append(_range_hash(low, high, read_node))
    return tuple(reversed(proof))


def verify_inclusion(*, leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """That the leaf hash stands at `index` in the tree of `size` leaves with this root (RFC 9162 §2.1.3.2).

    Returns nothing when it is proved; otherwise DataError `ledger.inclusion`.
    """
    if not 0 <= index < size <= MAX_SIZE or not _hashes(leaf, root, *proof):
        raise _not_included()
    first, second, current = index, size - 1, leaf
    for each in proof:
        if second == 0:
            raise _not_included()
        if first & 1 or first == second:
            current = node_hash(each, current)
            while not first & 1 and first:
                first, second = first >> 1, second >> 1
        else:
            current = node_hash(current, each)
        first, second = first >> 1, second >> 1
    if second != 0 or not hmac.compare_digest(current, root):
        raise _not_included()


def verify_consistency(*, old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> None:
    """That the tree of `new` leaves begins with the tree of `old` leaves (RFC 9162 §2.1.4.2).

    Every tree begins with the empty one. Returns nothing when it is proved; otherwise DataError `ledger.consistency`.
    """
    if not 0 <= old <= new <= MAX_SIZE or not _hashes(old_root, new_root, *proof):
        raise _not_consistent()
    if old in {0, new}:
        same = old_root == (EMPTY_ROOT if old == 0 else new_root) and (new != 0 or new_root == EMPTY_ROOT)
        if proof or not same:
            raise _not_consistent()
        return
    rest = list(proof) if old & (old - 1) else [old_root, *proof]  # the older root is itself a node of the tree
    first, second = old - 1, new - 1
    while first & 1:
        first, second = first >> 1, second >> 1
    if not rest:
        raise _not_consistent()
    older = newer = rest[0]
    for each in rest[1:]:
        if second == 0:
            raise _not_consistent()
        if first & 1 or first == second:
            older, newer = node_hash(each, older), node_hash(each, newer)
            while not first & 1 and first:
                first, second = first >> 1, second >> 1
        else:
            newer = node_hash(newer, each)
        first, second = first >> 1, second >> 1
    if second != 0 or older != old_root or newer != new_root:
        raise _not_consistent()


def _split(count: int) -> int:
    """The largest power of two smaller than count (count >= 2)."""
    return 1 << ((count - 1).bit_length() - 1)


def _range_hash(low: int, high: int, read_node: NodeReader) -> bytes:
    """MTH of the leaves low … high − 1, where low is a multiple of the widest complete subtree in it."""
    parts = []
    while low < high:
        level = (high - low).bit_length() - 1
        parts.append(read_node(level, low >> level))
        low += 1 << level
    current = parts.pop()
    while parts:
        current = node_hash(parts.pop(), current)
    return current


def _hashes(*values: bytes) -> bool:
    return len(values) <= MAX_PROOF + 2 and all(len(value) == HASH_LENGTH for value in values)


def _check_size(size: int) -> None:
    if not 0 <= size <= MAX_SIZE:
        raise DataError("ledger.size", "a ledger has no such size")


def _not_included() -> DataError:
    return DataError("ledger.inclusion", "the proof does not show that the entry is in the ledger")


def _not_consistent() -> DataError:
    return DataError("ledger.consistency", "the proof does not show that the ledger was only appended to")
