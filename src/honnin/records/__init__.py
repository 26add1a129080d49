"""Reading + Report → Record. Pure; storage by port."""
