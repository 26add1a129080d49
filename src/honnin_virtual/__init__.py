"""Virtual chips of the documents and the test PKI that issues them, written from the sheets alone.

They check the reader's side, so they never import it: only honnin.core, honnin.crypto and honnin.apdu (design §3). All
people, states, keys and pictures are made up. Importing this package loads neither cryptography nor Pillow.
"""

from honnin_virtual.card import CardGone, CardSpec, UnknownCard, VirtualCard
from honnin_virtual.catalogue import SETS, faults_for, issue, issue_set, list_cards, simulator_trust
from honnin_virtual.faults import FAULTS, Faults, FaultSpec, faults_from_names

__all__ = [
    "FAULTS", "SETS", "CardGone", "CardSpec", "FaultSpec", "Faults", "UnknownCard", "VirtualCard", "faults_for",
    "faults_from_names", "issue", "issue_set", "list_cards", "simulator_trust",
]  # fmt: skip
