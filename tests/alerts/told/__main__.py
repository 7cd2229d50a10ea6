"""`python -m tests.alerts.told [--mail] [NAME ...]`: the alerts as they are built now."""

from __future__ import annotations

import sys

from tests.alerts.told.brief import brief, printed
from tests.alerts.told.families import FAMILIES
from trailkeeper.rendering import email
from trailkeeper.rendering.wording import Reader


def main(arguments: list[str]) -> None:
    names = [each for each in arguments if not each.startswith("-")] or list(FAMILIES)
    for name in names:
        if "--mail" in arguments:
            for case, build in FAMILIES[name].items():
                for alert in build():
                    mail = email.render(alert, Reader())
                    print(f"=== {name}/{case}\n{mail.subject}\n\n{mail.body}\n")
        else:
            print(printed({case: brief(build()) for case, build in FAMILIES[name].items()}))


if __name__ == "__main__":
    main(sys.argv[1:])
