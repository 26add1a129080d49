"""Virtual passports, written from the chip's side of sheet passport.md (ICAO Doc 9303 parts 3, 4, 10, 11, 12)."""
