"""Brings the log files of a span from the bucket to disk, and checks that they are genuine."""
