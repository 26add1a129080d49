"""Ground floor: TLV, clock, ids, `Secret`, error root. Standard library only; knows nothing above it."""
