"""The embedded account's server process; runs in its own virtual environment only."""
