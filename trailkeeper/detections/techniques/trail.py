"""Techniques against the trail itself, and against other trails of the account."""

from __future__ import annotations

from trailkeeper.detections.techniques.technique import DISABLE_CLOUD_LOGS, Technique

_SETTINGS = ("trail.settings",)
_SELECTORS = ("trail.event-selectors",)
_UPDATED = "UpdateTrail with the fields that differ"
_SELECTED = "The baseline's selectors are put back as a whole"
_BLIND = (DISABLE_CLOUD_LOGS,)


def _update(id_: str, words: str, how: str = _UPDATED) -> Technique:
    return Technique(
        id_, words, ("UpdateTrail",), "trail-changed", _SETTINGS, "healed", how, _BLIND
    )


def _select(id_: str, words: str, *known_as: str) -> Technique:
    return Technique(
        id_,
        words,
        ("PutEventSelectors",),
        "trail-selectors-changed",
        _SELECTORS,
        "healed",
        _SELECTED,
        (*_BLIND, *known_as),
    )


TRAIL: tuple[Technique, ...] = (
    Technique(
        "trail-stopped",
        "Stop the trail",
        ("StopLogging",),
        "trail-stopped",
        ("logging.status",),
        "healed",
        "StartLogging before anything else is read; the alert says how long the trail was dark",
        (DISABLE_CLOUD_LOGS, "aws.defense-evasion.cloudtrail-stop"),
    ),
    Technique(
        "trail-deleted",
        "Delete the trail",
        ("DeleteTrail",),
        "trail-deleted",
        ("logging.status", *_SETTINGS, *_SELECTORS),
        "healed",
        "CreateTrail with every setting, StartLogging, then the selectors",
        (DISABLE_CLOUD_LOGS, "aws.defense-evasion.cloudtrail-delete"),
        recreates="trail",
    ),
    Technique(
        "trail-replaced",
        "Delete the trail and create another of the same name that writes elsewhere",
        ("DeleteTrail", "CreateTrail", "StartLogging"),
        "trail-deleted",
        (*_SETTINGS, *_SELECTORS),
        "healed",
        "The whole trail is compared, so a trail that merely has the name and logs fools nobody",
        _BLIND,
    ),
    Technique(
        "trail-quota-filled",
        "Delete the trail and use up the region's quota of trails",
        ("DeleteTrail", "CreateTrail"),
        "trail-deleted",
        ("logging.status",),
        "told",
        "CreateTrail is refused, and every reconcile tries again; trails of others are not removed",
        _BLIND,
    ),
    _update("trail-bucket-swapped", "Send the log files to another bucket"),
    _update("trail-prefix-swapped", "Send the log files to another bucket, under another prefix"),
    _update(
        "trail-single-region",
        "Make the trail record one region only",
        "UpdateTrail with multi-region and global events, which go off together",
    ),
    _update("trail-global-events-off", "Leave out the events of global services such as IAM"),
    _update("trail-validation-off", "Turn off log file validation"),
    _update("trail-key-removed", "Take the evidence key off the trail"),
    _update("trail-key-swapped", "Encrypt the log files with another key"),
    _update("trail-log-group-removed", "Stop the delivery to the log group"),
    _update("trail-log-group-swapped", "Send the events to another log group"),
    _update(
        "trail-log-group-redirected",
        "Send the events to another log group, through the role that is there",
        "UpdateTrail with the log group and its role, which AWS takes only together",
    ),
    _update(
        "trail-delivery-role-swapped",
        "Let another role write to the log group",
        "UpdateTrail with the log group and its role, which AWS takes only together",
    ),
    _update("trail-topic-added", "Announce log files on a topic of the attacker"),
    _update("trail-own-deliveries-unrecorded", "Leave out the trail's own deliveries"),
    _update(
        "trail-minimised",
        "Turn off everything at once while the trail goes on logging",
        "One UpdateTrail with every field that differs",
    ),
    Technique(
        "trail-organization-changed",
        "Turn the organization trail on or off",
        ("UpdateTrail",),
        "trail-changed",
        _SETTINGS,
        "told",
        "Only the management account may change this",
        _BLIND,
    ),
    _select(
        "trail-management-events-off",
        "Record no management events",
        "aws.defense-evasion.cloudtrail-event-selectors",
    ),
    _select("trail-reads-only", "Record reads only"),
    _select("trail-writes-only", "Record writes only"),
    _select("trail-source-excluded", "Leave out the events of a service, such as KMS"),
    _select(
        "trail-data-events-only",
        "Record data events only, by an advanced selector that is named like a harmless one",
    ),
    _select("trail-advanced-reads-only", "Record reads only, by an advanced selector"),
    _select(
        "trail-advanced-source-excluded",
        "Leave out the events of a service, by an advanced selector",
    ),
    Technique(
        "trail-insights-changed",
        "Turn Insights off, or ones on that nobody asked for",
        ("PutInsightSelectors",),
        "trail-insights-changed",
        ("trail.insight-selectors",),
        "healed",
        "The baseline's kinds of Insights are put back",
        _BLIND,
    ),
    Technique(
        "trail-event-configuration-changed",
        "Let the trail aggregate events in ways that nobody asked for",
        ("PutEventConfiguration",),
        "trail-event-configuration-changed",
        ("trail.event-configuration",),
        "healed",
        "Aggregation is turned off, as it is by default",
    ),
    Technique(
        "trail-tags-removed",
        "Remove the trail's tags, which other policies may rely on",
        ("RemoveTags",),
        "trail-tags-changed",
        ("trail.tags",),
        "healed",
        "The tags of the settings are put back",
    ),
    Technique(
        "trail-created-elsewhere",
        "Create another trail, to carry the events to a bucket of the attacker",
        ("CreateTrail",),
        "trail-created",
        (),
        "told",
        "Nothing is removed that Trailkeeper did not make",
    ),
    Technique(
        "trail-other-stopped",
        "Stop another trail of the account",
        ("StopLogging",),
        "trail-stopped",
        ("other-trails.status",),
        "healed",
        "StartLogging, if the trail is of this account and region (setting `other_trails`)",
        (DISABLE_CLOUD_LOGS, "aws.defense-evasion.cloudtrail-stop"),
    ),
)
