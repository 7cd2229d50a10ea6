"""An address of the settings is not subscribed (any more)."""

from __future__ import annotations

from trailkeeper.cli.doctor.finding import Finding
from trailkeeper.cli.doctor.silent_addresses import NEEDS, with_trouble

FINDING = Finding(
    id="address-missing",
    about="Alerts",
    checks="who is subscribed",
    look=with_trouble("missing"),
    words="{address} is NOT SUBSCRIBED, so it gets no alert",
    fix="aws sns subscribe --region {region} --topic-arn {topic} --protocol email "
    "--notification-endpoint={address}",
    needs=NEEDS,
)
