"""Alerts as payloads, one pure function per channel; all of them read the same sheet."""
