"""The two query languages that AWS reads CloudTrail with, run by DuckDB.

A package of its own: it knows neither Trailkeeper nor the embedded account, and serves both.
"""
