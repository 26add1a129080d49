"""Virtual residence cards and special permanent resident certificates, written from residence-card.md alone."""
