"""Reading + anchors + time → Report, one module a document. Pure."""
