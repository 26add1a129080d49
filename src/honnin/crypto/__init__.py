"""Pure functions on bytes: MACs, KDFs, block modes, curves, message recovery."""
