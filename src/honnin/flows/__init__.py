"""Use cases. Owns the ports that adapters fill."""
