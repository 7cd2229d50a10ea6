import gc

# A command is over soon: to look for garbage while it starts costs 4 ms and finds none.
gc.set_threshold(100_000)
