"""Alerts as the product builds them, for `tests/golden/alerts`, which a person has read.

`python -m tests.alerts.told NAME` prints what is built now, and with `--mail` the mails that people
would get; nothing writes a golden document by itself.
"""
