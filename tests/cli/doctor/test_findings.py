"""What findings say of what is wrong, and that they say nothing of the nearest that is not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest

from tests.cli.doctor.answers import (
    ABOUT_STATES,
    DEPLOY,
    ELSEWHERE,
    QUIET,
    RESERVED,
    SUBSCRIBE,
    TWO_HALVES,
    UNREADABLE,
    Answers,
    alarm,
    change_set,
    change_sets,
    clock,
    function,
    halves,
    logging,
    mute,
    of_two_halves,
    other,
    schedule,
    sharing,
    stack,
    subscribed,
    table,
    trails,
    unconfirmed_in,
)
from tests.cli.doctor.seen import (
    ALERT,
    HEAL,
    NAMES,
    NOW,
    STATUS,
    Clients,
    answering,
    deployed,
    finding,
    functions,
    looked,
    said,
)
from tests.cli.half_reports import (
    BEYOND_HOME_OFF,
    BEYOND_HOME_UNREAD,
    RULES_OFF,
    STRANGER,
)
from tests.e2e.doctor_faults import ALL
from trailkeeper.cli.account import Account
from trailkeeper.cli.doctor.deployment import Deployment
from trailkeeper.cli.doctor.examine import examine
from trailkeeper.cli.doctor.findings import FINDINGS
from trailkeeper.cli.doctor.report import words
from trailkeeper.evidence.drift import Change
from trailkeeper.evidence.outcome import Outcome, Report, Result
from trailkeeper.state.alert_items import Told

# A finding, what AWS answers, and what is said: words and fix, or the beginning of both.
WRONG: tuple[tuple[str, Answers, str, str], ...] = (
    (
        "address-pending",
        {**functions(), **subscribed("PendingConfirmation")},
        "kim@example.com has NOT CONFIRMED",
        SUBSCRIBE,
    ),
    (
        "address-missing",
        {**functions(), **subscribed("Deleted")},
        "kim@example.com is NOT",
        SUBSCRIBE,
    ),
    (
        "nobody-hears",
        {**functions(replace(HEAL, alert_emails=())), "ListSubscriptionsByTopic": {}},
        "NOBODY gets alerts",
        'Put "alert_emails" into',
    ),
    (
        "guard-drifted",
        halves(of_heal=Report((RULES_OFF,))),
        "the rules that call the functions: NOT as deployed (trailkeeper-trail.State: "
        "DISABLED\ufffd[31m)",
        DEPLOY,
    ),
    (
        "guard-drifted",
        halves(of_watcher=Report((RULES_OFF,))),
        "the rules that call the functions: NOT as deployed",
        "npx cdk deploy TrailkeeperWatcher --revert-drift",
    ),
    (
        "guard-drifted",
        halves(of_heal=Report((BEYOND_HOME_OFF,))),
        "the rules that send events home (eu-west-1): NOT as deployed "
        "(trailkeeper-instance-calls-sent-home.State: DISABLED)",
        "npx cdk deploy TrailkeeperSatellite-eu-west-1 --revert-drift",
    ),
    (
        "guard-drifted",
        halves(of_heal=Report((BEYOND_HOME_UNREAD,))),
        "the rules that send events home (ap-northeast-2): NOT readable (AccessDeniedException: "
        "ListRules: not authorized)",
        "npx cdk deploy TrailkeeperSatellite-ap-northeast-2 --revert-drift",
    ),
    (
        "guard-for-people",
        halves(of_heal=Report((STRANGER,))),
        "who gets alerts: NOT as deployed (trailkeeper-last-resort.email eve@example.net: gets "
        "all), and no machine may decide about it",
        "Of subscribers, each of the settings confirms",
    ),
    (
        "channel-failing",
        answering(replace(STATUS, told=(Told("slack", NOW, "SlackError: answered 404"),))),
        "Slack did NOT take the last alert, 0 s ago: SlackError: answered 404",
        "Put right what it says",
    ),
    (
        "concurrency-shared",
        sharing(quota=1000, unreserved=799),
        "other functions CAN USE UP what trailkeeper-heal, trailkeeper-alert, trailkeeper-watcher "
        "need to run: nothing is reserved for them, as of 799 unreserved concurrent executions 300",
        "aws service-quotas request-service-quota-increase --region us-east-1 "
        "--service-code lambda --quota-code L-B99A9384 --desired-value=1001",
    ),
    (
        "alarms-unheard",
        subscribed("arn:aws:sns:x", "lambda", NAMES.alert_function_arn),
        "the alert function does NOT hear of alarms",
        DEPLOY,
    ),
    (
        "alarm-without-action",
        alarm(AlarmActions=[]),
        "the alarm trailkeeper-heal-errors TELLS",
        DEPLOY,
    ),
    (
        "alarm-without-action",
        {**alarm(), "GetTopicAttributes": "NotFound"},
        "the alarm trailkeeper-heal-errors TELLS NOBODY: arn:aws:sns:us-east-1:111122223333:"
        "trailkeeper-alarms is not there",
        DEPLOY,
    ),
    (
        "alarm-muted",
        mute("others-own", "trailkeeper-looks-silent", "trailkeeper-sweeps-silent"),
        "the mute rule quiet KEEPS ALARMS QUIET: trailkeeper-looks-silent and 1 more",
        "aws cloudwatch delete-alarm-mute-rule --region us-east-1 --alarm-mute-rule-name=quiet",
    ),
    (
        "billing-data-missing",
        {**alarm(Namespace="AWS/Billing"), "GetMetricStatistics": {"Datapoints": []}},
        "the alarm trailkeeper-heal-errors has NO DATA",
        "Billing and Cost Management > Billing preferences > Alert preferences",
    ),
    (
        "other-trail",
        trails(other(IsMultiRegionTrail=True)),
        "the trail old of all regions (home eu-west-3) records the same: a second copy of "
        "management events costs 2 USD per 100,000",
        "If nobody needs both",
    ),
    (
        "other-trail",
        trails(other(IsOrganizationTrail=True)),
        "the trail old of an organization (home eu-west-3) records the same",
        "If nobody needs both",
    ),
    (
        "trail-gone",
        {"GetTrailStatus": "TrailNotFoundException"},
        "the trail trailkeeper is GONE",
        "tr",
    ),
    (
        "delivery-broken",
        logging(LatestDeliveryError="AccessDenied", LatestDeliveryTime=NOW - timedelta(hours=2)),
        "what is recorded does NOT arrive: the log bucket gets no log files (AccessDenied)",
        "trailkeeper reconcile",
    ),
    (
        "delivery-broken",
        logging(LatestDeliveryTime=NOW - timedelta(hours=2)),
        "what is recorded does NOT arrive: the log bucket has had no log file for an hour (the "
        "last came 2 h ago",
        "trailkeeper reconcile",
    ),
    (
        "function-unusable",
        function(LastUpdateStatus="Failed", LastUpdateStatusReason="no such layer"),
        "trailkeeper-heal still runs what it ran, as its last update FAILED: no such layer",
        DEPLOY,
    ),
    (
        "function-unusable",
        function(State="Failed", StateReason="the role was deleted"),
        "trailkeeper-heal CANNOT RUN: the role was deleted",
        DEPLOY,
    ),
    (
        "heal-silent",
        {**function(), "Invoke": "ServiceException"},
        "the heal function does NOT answer, so nothing is healed",
        "aws logs filter-log-events --region us-east-1",
    ),
    (
        "heal-cannot-see",
        answering(report=Report((UNREADABLE,))),
        "the heal function CANNOT check trail event selectors: Throttling: no",
        DEPLOY,
    ),
    (
        "look-overdue",
        answering(replace(STATUS, last_look=NOW - timedelta(minutes=16))),
        "the last look at the trail's status is OVERDUE: 16 min ago, and it should every 5 min",
        "trailkeeper reconcile",
    ),
    (
        "look-overdue",
        answering(replace(STATUS, last_sweep=None)),
        "the last look at everything is OVERDUE: never",
        "trailkeeper reconcile",
    ),
    (
        "version-differs",
        {**functions(), **answering(replace(STATUS, version="0.0.9"))},
        "the version that is deployed (0.0.9) is NOT that of this command (0.1.0)",
        "npx cdk deploy --all",
    ),
    (
        "version-differs",
        {"GetFunctionConfiguration": {"Environment": {"Variables": {"TRAILKEEPER_HEAL": "{}"}}}},
        "the version that is deployed (unknown) is NOT that of this command (0.1.0)",
        "npx cdk deploy --all",
    ),
    (
        "second-way-unheard",
        {**functions(TWO_HALVES), **subscribed("PendingConfirmation")},
        "NOBODY hears what comes by the second way: no subscription of",
        "aws sns subscribe --region us-east-1 --topic-arn "
        "arn:aws:sns:us-east-1:111122223333:trailkeeper-last-resort --protocol email",
    ),
    (
        "second-way-unheard",
        {**functions(ELSEWHERE), "ListSubscriptionsByTopic": unconfirmed_in("eu-west-1")},
        "NOBODY hears what comes by the second way: no subscription of "
        "arn:aws:sns:eu-west-1:111122223333:trailkeeper-last-resort-elsewhere is confirmed",
        "aws sns subscribe --region eu-west-1 --topic-arn "
        "arn:aws:sns:eu-west-1:111122223333:trailkeeper-last-resort-elsewhere --protocol email",
    ),
    (
        "stack-gone",
        {**stack("CREATE_COMPLETE"), **functions(TWO_HALVES)},
        "the stack TrailkeeperWatcher is not there: NOBODY watches over the guard itself",
        "npx cdk deploy --all",
    ),
    (
        "schedule-leads-nowhere",
        {**schedule(), "GetRole": "NoSuchEntity"},
        "the schedule trailkeeper-sweep CALLS NOBODY: arn:aws:iam::111122223333:role/lost is not",
        DEPLOY,
    ),
    (
        "stack-gone",
        deployed("AWS::SQS::Queue"),
        "the stack TrailkeeperEvidence is not there",
        "npx cdk deploy --all",
    ),
    (
        "stack-gone",
        {**stack("CREATE_COMPLETE"), **functions(alert=replace(ALERT, ec2_regions=("eu-west-1",)))},
        "the stack TrailkeeperSatellite-eu-west-1 is not there: nobody is told of what eu-west-1",
        "npx cdk deploy --all",
    ),
    (
        "stack-gone",
        {**stack("CREATE_COMPLETE"), **functions(replace(HEAL, last_resort_region="eu-west-1"))},
        "the stack TrailkeeperSatellite-eu-west-1 is not there: the second way to people does NOT "
        "lead by eu-west-1",
        "npx cdk deploy --all",
    ),
    (
        "stack-gone",
        stack("REVIEW_IN_PROGRESS"),
        "the stack TrailkeeperResponse is not there: NOBODY guards the trail",
        "npx cdk deploy --all",
    ),
    (
        "stack-under-review",
        stack("REVIEW_IN_PROGRESS", CreationTime=NOW - timedelta(hours=2)),
        "TrailkeeperResponse is NOT there: a change set that would create it waits since 2 h ago",
        "aws cloudformation update-termination-protection --region us-east-1 "
        "--stack-name=TrailkeeperResponse --no-enable-termination-protection && "
        "aws cloudformation delete-stack --region us-east-1 --stack-name=TrailkeeperResponse",
    ),
    *(
        (
            "stack-never-made",
            stack(status, StackStatusReason="The following resource(s) failed to create: [Trail]."),
            f"TrailkeeperResponse was NEVER made whole ({status}: The following resource(s) failed "
            "to create: [Trail])",
            "aws cloudformation update-termination-protection --region us-east-1 "
            "--stack-name=TrailkeeperResponse --no-enable-termination-protection && "
            "aws cloudformation delete-stack --region us-east-1 --stack-name=TrailkeeperResponse "
            "&& aws cloudformation wait stack-delete-complete --region us-east-1 "
            "--stack-name=TrailkeeperResponse",
        )
        for status in ("CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED")
    ),
    (
        "stack-half-updated",
        stack("UPDATE_FAILED"),
        "the last deploy of TrailkeeperResponse did NOT go through and was NOT taken back "
        "(UPDATE_FAILED): it is half done",
        "aws cloudformation rollback-stack --region us-east-1 --stack-name=TrailkeeperResponse",
    ),
    (
        "stack-half-rolled-back",
        stack("UPDATE_ROLLBACK_FAILED"),
        "the last deploy of TrailkeeperResponse did NOT go through, and could NOT be taken back "
        "either (UPDATE_ROLLBACK_FAILED): it takes no other",
        "aws cloudformation continue-update-rollback --region us-east-1 "
        "--stack-name=TrailkeeperResponse",
    ),
    (
        "stack-half-deleted",
        stack("DELETE_FAILED"),
        "somebody began to delete TrailkeeperResponse, and that did NOT end (DELETE_FAILED): part "
        "of it is gone",
        "aws cloudformation delete-stack --region us-east-1 --stack-name=TrailkeeperResponse "
        "--deletion-mode FORCE_DELETE_STACK",
    ),
    (
        "stack-failed",
        stack("IMPORT_ROLLBACK_FAILED"),
        "the last operation on TrailkeeperResponse did NOT go through (IMPORT_ROLLBACK_FAILED)",
        "Read what its events say",
    ),
    (
        "stack-failed",
        stack("REFACTOR_FAILED"),  # which AWS may have one day
        "the last operation on TrailkeeperResponse did NOT go through (REFACTOR_FAILED)",
        "Read what its events say",
    ),
    *(
        (
            "stack-busy",
            stack(status, LastUpdatedTime=NOW - lasts),
            f"what is done to TrailkeeperResponse is NOT over after {said_so} ({status})",
            "aws cloudformation describe-stack-events --region us-east-1 "
            "--stack-name=TrailkeeperResponse --max-items 20",
        )
        for status, lasts, said_so in (
            ("UPDATE_IN_PROGRESS", timedelta(minutes=61), "1 h"),
            ("UPDATE_ROLLBACK_IN_PROGRESS", timedelta(days=2), "2 d"),
            ("DELETE_IN_PROGRESS", timedelta(minutes=1), "1 min"),
        )
    ),
    (
        "change-set-waiting",
        {**stack("CREATE_COMPLETE"), **change_sets(change_set())},
        "the change set quiet of TrailkeeperResponse CAN BE EXECUTED, made 3 h ago, by nobody of "
        "whom event history has heard yet",
        f"aws cloudformation describe-change-set --region us-east-1 --change-set-name={QUIET}",
    ),
    (
        "change-set-waiting",
        {
            **stack("CREATE_COMPLETE"),
            **change_sets(change_set(Status="CREATE_IN_PROGRESS", ExecutionStatus="UNAVAILABLE")),
        },
        "the change set quiet of TrailkeeperResponse is being made (CREATE_IN_PROGRESS), made 3 h",
        "aws cloudformation describe-change-set",
    ),
    (
        "athena-blind",
        table(**{"projection.enabled": "false"}),
        "Athena FINDS NOTHING: the projection of its partitions is off",
        "npx cdk deploy TrailkeeperSearch --revert-drift",
    ),
    ("clock-wrong", clock(-630), "this machine's clock is 10 min slow", "Let the machine take"),
    ("clock-wrong", clock(90), "this machine's clock is 1 min ahead", "Let the machine take"),
)

# The nearest that is not wrong.
RIGHT: tuple[tuple[str, Answers], ...] = (
    ("address-pending", {**functions(), **subscribed("arn:aws:sns:x")}),
    (
        "nobody-hears",
        {**functions(replace(HEAL, alert_emails=()), replace(ALERT, slack_webhook="ssm:/x"))},
    ),
    ("channel-failing", answering(replace(STATUS, told=(Told("slack", NOW),)))),
    ("guard-drifted", halves()),
    # Nobody wants a watcher, so whoever may not call one need not.
    ("guard-drifted", {**functions(), "Invoke": "AccessDeniedException"}),
    ("guard-drifted", halves(of_heal=Report((STRANGER,)))),
    ("guard-for-people", halves(of_watcher=Report((RULES_OFF,)))),
    ("concurrency-shared", sharing(quota=1000, unreserved=800)),
    ("concurrency-shared", {**sharing(quota=10, unreserved=10), **of_two_halves(reserve=False)}),
    ("concurrency-shared", {**sharing(quota=10, unreserved=10), "GetFunction": RESERVED}),
    ("alarms-unheard", subscribed("arn:aws:sns:x", "sqs", NAMES.alerts_queue_arn)),
    ("alarm-without-action", alarm()),
    ("alarm-muted", mute("others-own")),
    ("alarm-muted", {"ListAlarmMuteRules": "UnknownOperationException"}),
    (
        "billing-data-missing",
        {
            **alarm(Namespace="AWS/Billing"),
            "GetMetricStatistics": {"Datapoints": [{"Maximum": 3.0}]},
        },
    ),
    (
        "billing-data-missing",
        {
            **alarm(Namespace="AWS/Billing", AlarmConfigurationUpdatedTimestamp=NOW),
            "GetMetricStatistics": {"Datapoints": []},
        },
    ),
    ("billing-data-missing", alarm()),
    ("other-trail", trails(other(IsMultiRegionTrail=False))),
    ("second-way-unheard", {**functions(TWO_HALVES), **subscribed("arn:aws:sns:::x:y")}),
    ("second-way-unheard", functions()),
    ("trail-gone", logging()),
    ("trail-stopped", logging()),
    ("delivery-broken", logging()),
    ("function-unusable", function(State="Inactive")),
    ("function-switched-off", function(concurrency=10)),
    ("heal-silent", function(concurrency=0)),
    ("look-overdue", answering()),
    ("schedule-leads-nowhere", {**schedule(), "GetRole": {"Role": {}}}),
    *(
        (id_, stack(status, LastUpdatedTime=NOW - timedelta(days=9)))
        for id_ in ABOUT_STATES
        for status in (
            *("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"),
            *("IMPORT_COMPLETE", "IMPORT_ROLLBACK_COMPLETE"),
        )
    ),
    ("stack-busy", stack("UPDATE_IN_PROGRESS", LastUpdatedTime=NOW - timedelta(minutes=59))),
    ("stack-busy", stack("REVIEW_IN_PROGRESS", CreationTime=NOW - timedelta(days=2))),
    ("change-set-waiting", {**stack("CREATE_COMPLETE"), **change_sets()}),
    *(
        ("change-set-waiting", {**stack("CREATE_COMPLETE"), **change_sets(change_set(**over))})
        for over in (
            {"Status": "FAILED", "ExecutionStatus": "UNAVAILABLE"},
            {"ExecutionStatus": "EXECUTE_COMPLETE"},
            {"ExecutionStatus": "OBSOLETE"},
            {"Status": "DELETE_COMPLETE", "ExecutionStatus": "UNAVAILABLE"},
        )
    ),
    ("stack-gone", stack("CREATE_COMPLETE")),
    ("stack-gone", {**stack("CREATE_COMPLETE"), **functions()}),
    ("clock-wrong", clock(20)),
)


@pytest.mark.parametrize(("id_", "answers", "told", "fix"), WRONG)
def test_what_is_wrong_is_said_with_its_fix(
    id_: str, answers: Answers, told: str, fix: str
) -> None:
    ((said_words, said_fix),) = said(id_, answers)

    assert said_words.startswith(told)
    assert said_fix.startswith(fix)


@pytest.mark.parametrize(("id_", "answers"), RIGHT)
def test_what_is_in_order_is_not_told(id_: str, answers: Answers) -> None:
    examined = looked(id_, answers)

    assert (examined.found, examined.unseen) == ((), ())


def test_every_partition_that_the_table_does_not_know() -> None:
    found = [told for told, _ in said("athena-unknown-partition", table())]

    assert [told.split(":")[0] for told in found] == [
        "Athena DOES NOT FIND the log files of the account 444455556666",
        "Athena DOES NOT FIND the log files of the region xx-new-1",
    ]


def test_what_differs_is_parted_into_what_is_healed_and_what_people_decide() -> None:
    healed = Outcome("log-bucket", "policy", Result.DEFERRED, (Change("", "-", "x"),), "dry_run")
    told = Outcome("log-bucket", "replication", Result.TOLD, (Change("Rules[0]", "evil", "-"),))

    class Differing(Deployment):
        drift = (healed, told)

    deployment = Differing(cast(Account, Clients({})), NAMES, NOW)
    by_id = {
        id_: [words(each) for each in examine(deployment, [finding(id_)]).found]
        for id_ in ("evidence-drifted", "evidence-for-people")
    }

    assert by_id == {
        "evidence-drifted": ["log bucket policy is NOT as the baseline says (it: missing)"],
        "evidence-for-people": [
            "log bucket replication is NOT as the baseline says (Rules[0]: evil), and no machine "
            "may decide about it"
        ],
    }


def test_a_watcher_that_may_not_be_asked_is_not_taken_for_one_in_order() -> None:
    def invoked(arguments: Mapping[str, Any]) -> Any:
        if arguments["FunctionName"] == "trailkeeper-watcher":
            return "AccessDeniedException"
        return answering(replace(STATUS, guard=Report((RULES_OFF,))))["Invoke"](arguments)

    examined = looked("guard-drifted", {"Invoke": invoked})

    assert len(examined.found) == 1
    (unseen,) = examined.unseen
    assert unseen.what == "both halves of the guard"
    assert "trailkeeper-watcher cannot be invoked" in unseen.why or unseen.right


def test_every_finding_is_brought_about_on_the_embedded_account() -> None:
    brought_about = {finding_id for faults in ALL for finding_id, _, _ in faults.values()}

    assert {each.id for each in FINDINGS} == brought_about


def test_the_sections_are_whole() -> None:
    sections = [each.about for each in FINDINGS]
    first: Callable[[str], int] = sections.index

    assert sections == sorted(sections, key=first)
