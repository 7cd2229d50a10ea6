"""The engine that reads log files on disk."""
