"""An address of the settings has not confirmed."""

from __future__ import annotations

from trailkeeper.cli.doctor.finding import Finding
from trailkeeper.cli.doctor.silent_addresses import NEEDS, with_trouble

FINDING = Finding(
    id="address-pending",
    about="Alerts",
    checks="who is subscribed",
    look=with_trouble("pending"),
    words="{address} has NOT CONFIRMED, so it gets no alert: click the link in AWS's mail, or "
    "have another sent",
    fix="aws sns subscribe --region {region} --topic-arn {topic} --protocol email "
    "--notification-endpoint={address}",
    needs=NEEDS,
)
