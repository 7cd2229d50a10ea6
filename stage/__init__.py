"""Trailkeeper deployed on an embedded account: for `make up`, the demo, the tests and the bench."""
