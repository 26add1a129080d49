"""Passport (eMRTD, ICAO Doc 9303) dialogues."""
