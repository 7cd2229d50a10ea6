"""Techniques against the trail's log group, and the role that CloudTrail writes to it with."""

from __future__ import annotations

from trailkeeper.detections.techniques.technique import DISABLE_CLOUD_LOGS, Ending, Technique

_SETTINGS = "log-group.settings"
_FILTERS = "log-group-filters-changed"
_ROLE_BACK = "The role has the baseline's rights again, and no others"


def _group(
    id_: str,
    words: str,
    event: str,
    document: str,
    how: str,
    *,
    detection: str = "log-group-changed",
    outcome: Ending = "healed",
) -> Technique:
    return Technique(id_, words, (event,), detection, (document,), outcome, how)


def _role(id_: str, words: str, event: str, document: str, how: str = _ROLE_BACK) -> Technique:
    return Technique(
        id_,
        words,
        (event,),
        "delivery-role-changed",
        (f"delivery-role.{document}",),
        "healed",
        how,
        (DISABLE_CLOUD_LOGS,),
    )


LOG_GROUP: tuple[Technique, ...] = (
    Technique(
        "log-group-deleted",
        "Delete the log group, once its protection is off",
        ("DeleteLogGroup", "PutLogGroupDeletionProtection"),
        "log-group-deleted",
        (_SETTINGS, "log-group.metric-filters"),
        "healed",
        "The group is made again, protected, with everything; its old events are in the bucket",
        (DISABLE_CLOUD_LOGS,),
        recreates="log-group",
    ),
    Technique(
        "log-stream-deleted",
        "Delete a stream of the log group",
        ("DeleteLogStream",),
        "log-group-deleted",
        (),
        "told",
        "CloudTrail makes the stream again; its old events are in the bucket",
    ),
    _group(
        "log-group-retention-shortened",
        "Let events expire after a day",
        "PutRetentionPolicy",
        _SETTINGS,
        "The baseline's retention is put back",
    ),
    _group(
        "log-group-unprotected",
        "Turn off the deletion protection",
        "PutLogGroupDeletionProtection",
        _SETTINGS,
        "Deletion protection is turned on again",
    ),
    _group(
        "log-group-encrypted-by-others",
        "Encrypt new events with a key of the attacker",
        "AssociateKmsKey",
        _SETTINGS,
        "The key is taken off the group",
    ),
    _group(
        "log-group-metric-filter-deleted",
        "Delete the filter that counts changes to trails",
        "DeleteMetricFilter",
        "log-group.metric-filters",
        "The filter is put back",
        detection=_FILTERS,
    ),
    _group(
        "log-group-metric-filter-blinded",
        "Make that filter match nothing",
        "PutMetricFilter",
        "log-group.metric-filters",
        "The filter is put back",
        detection=_FILTERS,
    ),
    _group(
        "log-group-subscribed",
        "Stream the events to the attacker",
        "PutSubscriptionFilter",
        "log-group.subscription-filters",
        "Nothing is removed: only people know whether it is wanted",
        detection=_FILTERS,
        outcome="told",
    ),
    _group(
        "log-group-masked",
        "Mask addresses and names in the events",
        "PutDataProtectionPolicy",
        "log-group.data-protection",
        "The data protection policy is removed",
    ),
    Technique(
        "log-group-masked-by-account",
        "Mask the events of all log groups, by a policy of the account",
        ("PutAccountPolicy",),
        "log-group-changed",
        (),
        "told",
        "Nothing is removed: the policy is for every log group of the account",
    ),
    _role(
        "delivery-role-policy-deleted",
        "Take the role's right to write",
        "DeleteRolePolicy",
        "policies",
    ),
    _role(
        "delivery-role-denied",
        "Add a policy to the role that denies writing",
        "PutRolePolicy",
        "policies",
    ),
    _role(
        "delivery-role-attached",
        "Attach a managed policy to the role",
        "AttachRolePolicy",
        "attached-policies",
    ),
    _role(
        "delivery-role-bounded",
        "Put a permissions boundary on the role",
        "PutRolePermissionsBoundary",
        "trust",
    ),
    _role(
        "delivery-role-trust-changed",
        "Let somebody else than CloudTrail take the role",
        "UpdateAssumeRolePolicy",
        "trust",
        "CloudTrail alone may take the role again",
    ),
    Technique(
        "delivery-role-deleted",
        "Delete the role",
        ("DeleteRole", "DeleteRolePolicy"),
        "delivery-role-changed",
        ("delivery-role.trust", "delivery-role.policies"),
        "healed",
        "The role is made again under the same ARN, with its rights",
        (DISABLE_CLOUD_LOGS,),
        recreates="delivery-role",
    ),
)
