"""Imports: reading of xlsx and csv, header matching, cell parsers, staged dry run, apply and undo."""
