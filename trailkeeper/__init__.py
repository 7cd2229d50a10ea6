"""What the functions, the stacks and the command share."""

__version__ = "0.1.0"
