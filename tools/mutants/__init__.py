"""Plants small faults, one at a time, and sees whether the unit tests notice.

Why not a library: mutmut changes function bodies alone, and most of what the guards and detections
are is records and constants of modules; cosmic-ray starts every test anew for each fault and cannot
pick tests by what they run.
"""
