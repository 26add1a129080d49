"""Report + case → Decision; statutes as dated data (law/data). Pure: docs/design/0018-law.md."""
