"""The guards: one file per guarded resource, and the lists that the functions watch over."""
