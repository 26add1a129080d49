"""Judges the Reading of a passport."""
