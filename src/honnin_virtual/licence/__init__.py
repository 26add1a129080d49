"""Virtual driver's licences, written from drivers-licence.md alone. マイナ免許証 is on the My Number Card, not here."""
