"""The languages that AWS reads events with: SQL, Logs Insights, filter patterns of log groups.

A package of its own: it knows neither Trailkeeper nor the embedded account, and serves both.
"""
