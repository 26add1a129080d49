"""A naive tree written from the text of RFC 6962 §2.1, and a node store that remembers everything."""

import hashlib

from honnin.records.ledger import tree


def naive_root(leaves):
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    k = _k(len(leaves))
    return hashlib.sha256(b"\x01" + naive_root(leaves[:k]) + naive_root(leaves[k:])).digest()


def naive_path(m, leaves):
    if len(leaves) == 1:
        return []
    k = _k(len(leaves))
    if m < k:
        return [*naive_path(m, leaves[:k]), naive_root(leaves[k:])]
    return [*naive_path(m - k, leaves[k:]), naive_root(leaves[:k])]


def naive_consistency(m, leaves, known=True):
    n = len(leaves)
    if m == n:
        return [] if known else [naive_root(leaves)]
    k = _k(n)
    if m <= k:
        return [*naive_consistency(m, leaves[:k], known), naive_root(leaves[k:])]
    return [*naive_consistency(m - k, leaves[k:], False), naive_root(leaves[:k])]


def _k(n):
    k = 1
    while k * 2 < n:
        k *= 2
    return k


class Log:
    """Leaves and nodes in dictionaries; counts how many nodes were asked for."""

    def __init__(self, leaves=()):
        self.frontier = tree.Frontier()
        self.nodes = {}
        self.leaves = []
        self.asked = 0
        for leaf in leaves:
            self.add(leaf)

    def add(self, leaf):
        self.leaves.append(leaf)
        self.frontier, new = tree.append(self.frontier, tree.leaf_hash(leaf))
        for level, index, octets in new:
            assert (level, index) not in self.nodes
            self.nodes[level, index] = octets

    def read(self, level, index):
        self.asked += 1
        return self.nodes[level, index]
