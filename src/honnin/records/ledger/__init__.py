"""The ledger: what happened to the records, in a Merkle tree that shows every later change (design §7)."""
