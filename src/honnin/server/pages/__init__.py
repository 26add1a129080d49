"""The pages, one module a screen or group of screens (ui.md §3)."""
