"""Virtual My Number Cards, マイナ免許証 included, and the simulated J-LIS that issues them.

Sheets: mynumber-card.md, jpki-validation.md §1 and §6, drivers-licence.md §15.
"""
