"""Does the account have what the stacks declare? `vanished` reads every property back."""

from embedded.fidelity.compare import UNREADABLE, vanished

__all__ = ["UNREADABLE", "vanished"]
