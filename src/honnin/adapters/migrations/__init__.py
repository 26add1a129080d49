"""Migrations of the data file, packaged with the program and run at its start (honnin.adapters.sqlite)."""
