"""Counter pages and API."""
