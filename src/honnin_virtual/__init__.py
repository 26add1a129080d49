"""Virtual chips of the documents and the test PKI that issues them, written from the sheets alone."""
