"""Trust floor: certificates, CMS, paths, CRL, master lists, anchors. The only floor that knows ASN.1."""
