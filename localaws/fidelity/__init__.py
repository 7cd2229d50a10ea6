"""Does the account have what the stacks declare? `vanished` reads every property back."""

from localaws.fidelity.compare import UNREADABLE, vanished

__all__ = ["UNREADABLE", "vanished"]
