"""Honnin 本人: identify customers by the IC chip of their identity document."""

__version__ = "0.1.0"
