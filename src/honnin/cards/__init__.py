"""Card dialogues, one package a document: dialogues out, Readings in (sans-IO)."""
