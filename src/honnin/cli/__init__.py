"""The honnin command."""
