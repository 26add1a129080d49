"""Readers, stores and other outside things behind the ports."""
