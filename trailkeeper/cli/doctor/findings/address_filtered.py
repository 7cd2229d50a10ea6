"""An address of the settings has a filter that keeps alerts away."""

from __future__ import annotations

from trailkeeper.cli.doctor.finding import Finding
from trailkeeper.cli.doctor.silent_addresses import NEEDS, with_trouble

FINDING = Finding(
    id="address-filtered",
    about="Alerts",
    checks="who is subscribed",
    look=with_trouble("filtered"),
    words="a FILTER KEEPS ALERTS AWAY from {address}: {filter}",
    fix="aws sns set-subscription-attributes --region {region} --subscription-arn {subscription} "
    "--attribute-name FilterPolicy --attribute-value '{{}}'",
    needs=NEEDS,
)
