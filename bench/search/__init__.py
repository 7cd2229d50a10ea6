"""Searching log files on disk, beside the documented pipeline, DuckDB and bare decompression."""
