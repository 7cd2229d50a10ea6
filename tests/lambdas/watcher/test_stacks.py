"""What CloudFormation itself tells of the stacks: told once, with who if that is known."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.deployed_evidence import NOW, refused
from tests.guarded import NAMES, SIDE
from tests.lambdas.watcher.bed import MALLORY, Bed, call, mail
from trailkeeper.alerts.alert import Alert
from trailkeeper.environments.schedule import ALIVE, LOOK
from trailkeeper.evidence.expected import ExpectedActor
from trailkeeper.words.text import Severity

RESPONSE, EVIDENCE = "TrailkeeperResponse", "TrailkeeperEvidence"
DEPLOY_ROLE = f"cdk-hnb659fds-deploy-role-{NAMES.account}-us-east-1"
INNOCENT = {
    "type": "IAMUser",
    "arn": f"arn:aws:iam::{NAMES.account}:user/innocent",
    "userName": "innocent",
}


def role(name: str) -> dict[str, Any]:
    return {
        "type": "AssumedRole",
        "arn": f"arn:aws:sts::{NAMES.account}:assumed-role/{name}/session",
        "sessionContext": {
            "sessionIssuer": {
                "type": "Role",
                "userName": name,
                "arn": f"arn:aws:iam::{NAMES.account}:role/{name}",
            }
        },
    }


def made(name: str, at: datetime, *, by: Any = MALLORY, stack: str = RESPONSE) -> dict[str, Any]:
    """The event of a call on a stack."""
    return call(
        eventID=f"{name}-{at:%H%M%S}",
        eventTime=f"{at:%Y-%m-%dT%H:%M:%SZ}",
        eventSource="cloudformation.amazonaws.com",
        eventName=name,
        requestParameters={"stackName": stack},
        userIdentity=by,
    )


def status(stack: str = RESPONSE, says: str = "UPDATE_IN_PROGRESS") -> dict[str, Any]:
    """What CloudFormation tells; nothing but the name of the stack is to be believed."""
    stack_id = f"arn:aws:cloudformation:{NAMES.region}:{NAMES.account}:stack/{stack}/0"
    return {
        "detail-type": "CloudFormation Stack Status Change",
        "source": "aws.cloudformation",
        "account": NAMES.account,
        "region": NAMES.region,
        "time": "2036-01-01T00:00:00Z",
        "detail": {"stack-id": stack_id, "status-details": {"status": says, "status-reason": ""}},
    }


def change(bed: Bed, to: str = "UPDATE_IN_PROGRESS", stack: str = RESPONSE) -> None:
    """An operation begins that CloudFormation shows."""
    shown = bed.account.cloudformation.stacks[stack]
    shown.update(StackStatus=to, LastUpdatedTime=bed.now)


def known(bed: Bed, event: dict[str, Any]) -> None:
    bed.account.cloudtrail.history.append(event["detail"])


def looks(bed: Bed, minutes: int) -> None:
    for _ in range(minutes // 5):
        bed.now += timedelta(minutes=5)
        bed.handle(LOOK)


def told(bed: Bed) -> list[Alert]:
    return [each for each in bed.told if each.detection == "stack-changed"]


def test_an_update_by_somebody_else_is_told_once_with_who(bed: Bed) -> None:
    change(bed)
    known(bed, made("UpdateStack", bed.now))
    bed.handle(status())
    change_ended(bed, "UPDATE_COMPLETE")
    bed.handle(status(says="UPDATE_COMPLETE"))
    looks(bed, 90)

    (alert,) = bed.told
    assert alert.severity is Severity.WARNING
    text = mail(alert)
    assert text.startswith("[Warning] Stack TrailkeeperResponse updated")
    assert "User mallory called UpdateStack on TrailkeeperResponse" in text
    assert "Stack status: UPDATE_IN_PROGRESS" in text
    assert "누구인지" not in mail(alert, "ko")
    assert "TrailkeeperResponse 스택 업데이트" in mail(alert, "ko")


@pytest.mark.parametrize(
    "named",
    [RESPONSE, f"arn:aws:cloudformation:{NAMES.region}:{NAMES.account}:stack/{RESPONSE}/0"],
)
def test_whoever_changed_another_stack_in_that_minute_is_not_its_author(
    bed: Bed, named: str
) -> None:
    change(bed)
    known(bed, made("UpdateStack", bed.now, by=INNOCENT, stack="TrailkeeperResponse2"))
    known(bed, made("ExecuteChangeSet", bed.now - timedelta(seconds=1), stack=named))
    known(bed, made("DeleteStack", bed.now, by=INNOCENT))
    known(bed, made("UpdateStack", bed.now, by=INNOCENT, stack="other"))
    bed.handle(status())
    looks(bed, 90)

    (alert,) = bed.told
    assert "User mallory called ExecuteChangeSet on TrailkeeperResponse" in mail(alert)
    assert "innocent" not in mail(alert)


CHANGE_SET = f"arn:aws:cloudformation:{NAMES.region}:{NAMES.account}:changeSet/quiet/1"
OTHER_CHANGE_SET = f"arn:aws:cloudformation:{NAMES.region}:{NAMES.account}:changeSet/quiet/2"


def executed(by: Any, change_set: str) -> dict[str, Any]:
    """The event of an execution that names nothing but the change set, as AWS allows."""
    event = made("ExecuteChangeSet", NOW, by=by)
    event["detail"]["requestParameters"] = {"changeSetName": change_set}
    return event


def test_who_executes_a_change_set_by_its_arn_alone_is_the_author(bed: Bed) -> None:
    change(bed)
    bed.account.cloudformation.stack["ChangeSetId"] = CHANGE_SET
    known(bed, executed(INNOCENT, OTHER_CHANGE_SET))
    known(bed, executed(MALLORY, CHANGE_SET))
    bed.handle(executed(MALLORY, CHANGE_SET))
    bed.handle(status())
    change_ended(bed, "UPDATE_COMPLETE")
    looks(bed, 60)

    (alert,) = bed.told
    text = mail(alert)
    assert "User mallory called ExecuteChangeSet on TrailkeeperResponse" in text
    assert "innocent" not in text


def test_that_author_is_known_too_once_the_history_has_the_call(bed: Bed) -> None:
    change(bed)
    bed.account.cloudformation.stack["ChangeSetId"] = CHANGE_SET
    bed.handle(status())
    looks(bed, 5)
    known(bed, executed(MALLORY, CHANGE_SET))
    looks(bed, 60)

    (alert,) = bed.told
    assert "User mallory called ExecuteChangeSet" in mail(alert)


@pytest.mark.parametrize("shown", ["", OTHER_CHANGE_SET])
def test_an_execution_that_the_stack_does_not_show_makes_nobody_its_author(
    bed: Bed, shown: str
) -> None:
    """Of a stack that no change set has changed CloudFormation shows none."""
    change(bed)
    if shown:
        bed.account.cloudformation.stack["ChangeSetId"] = shown
    known(bed, executed(INNOCENT, CHANGE_SET))
    bed.handle(executed(INNOCENT, CHANGE_SET))
    bed.handle(status())
    looks(bed, 60)

    (alert,) = bed.told
    assert "its author is not known" in mail(alert)
    assert "innocent" not in mail(alert)


def change_ended(bed: Bed, to: str) -> None:
    bed.account.cloudformation.stack["StackStatus"] = to


def test_an_author_of_whom_the_history_hears_late_is_told_to_be_unknown_and_then_named(
    bed: Bed,
) -> None:
    change(bed)
    bed.handle(status())
    looks(bed, 10)
    assert bed.told == []

    looks(bed, 5)
    (first,) = bed.told
    assert "its author is not known" in mail(first)
    known(bed, made("UpdateStack", NOW))
    looks(bed, 60)

    _, second = bed.told
    assert "User mallory called UpdateStack on TrailkeeperResponse" in mail(second)
    assert "You were told of this before, without its author" in mail(second)


def test_an_update_of_which_the_history_never_hears_is_told_once(bed: Bed) -> None:
    change(bed)
    bed.handle(status())
    looks(bed, 120)
    asked = bed.account.cloudtrail.asked
    looks(bed, 30)

    assert len(bed.told) == 1
    assert bed.account.cloudtrail.asked == asked


@pytest.mark.parametrize("name", ["ExecuteChangeSet", "UpdateStack", "RollbackStack"])
def test_a_deploy_of_the_settings_expected_actor_is_no_alarm(bed: Bed, name: str) -> None:
    pipeline = ExpectedActor((name,), principal=f"arn:aws:iam::{NAMES.account}:role/pipeline")
    bed.deployers = (pipeline,)
    change(bed)
    known(bed, made(name, bed.now, by=role("pipeline")))
    bed.handle(made(name, bed.now, by=role("pipeline")))
    bed.handle(status())
    looks(bed, 60)

    assert bed.told == []
    bed.account.cloudwatch.get_metric_statistics = lambda **_: {"Datapoints": []}
    bed.handle(ALIVE)
    (alive,) = bed.told
    assert alive.severity is Severity.INFO
    assert 'Deployed: TrailkeeperResponse at 03:04:05 UTC, by "role pipeline/session"' in mail(
        alive
    )


def test_a_deploy_by_the_role_of_cdk_is_no_alarm_though_the_history_is_late(bed: Bed) -> None:
    change(bed)
    bed.handle(status())
    looks(bed, 10)
    known(bed, made("CreateChangeSet", NOW - timedelta(seconds=30), by=role(DEPLOY_ROLE)))
    known(bed, made("ExecuteChangeSet", NOW, by=role(DEPLOY_ROLE)))
    looks(bed, 60)

    assert bed.told == []


def test_an_event_that_says_that_cdk_deployed_hides_nobody(bed: Bed) -> None:
    change(bed)
    known(bed, made("UpdateStack", bed.now))
    bed.handle(made("UpdateStack", bed.now, by=role(DEPLOY_ROLE)))
    bed.handle(status())

    (alert,) = bed.told
    assert "User mallory called UpdateStack" in mail(alert)


@pytest.mark.parametrize("first", ["call", "status"])
def test_an_event_of_the_call_and_one_of_the_stack_tell_of_one_operation(
    bed: Bed, first: str
) -> None:
    change(bed)
    event = made("UpdateStack", bed.now)
    known(bed, event)
    for each in (event, status()) if first == "call" else (status(), event):
        bed.handle(each)
    bed.handle(status(says="UPDATE_COMPLETE"))
    looks(bed, 60)

    (alert,) = bed.told
    assert "User mallory called UpdateStack on TrailkeeperResponse" in mail(alert)


def test_a_made_up_author_does_not_stand_for_the_real_one(bed: Bed) -> None:
    change(bed)
    known(bed, made("UpdateStack", bed.now))
    event = made("UpdateStack", bed.now, by=INNOCENT)
    event["detail"]["eventID"] = "made-up"
    bed.handle(event)
    bed.handle(status())
    looks(bed, 60)

    texts = [mail(each) for each in bed.told]
    assert [each.split()[1:3] for each in texts] == [
        ["Guard", "attacked:"],
        ["Stack", "TrailkeeperResponse"],
        ["1", "call"],
    ]
    assert "User innocent called UpdateStack" in texts[0]
    assert "User mallory called UpdateStack" in texts[1]
    assert "You were told of this before" in texts[1]


@pytest.mark.parametrize("stack", [RESPONSE, EVIDENCE])
def test_a_deletion_is_told_at_once_and_once(bed: Bed, stack: str) -> None:
    change(bed, "DELETE_IN_PROGRESS", stack)
    bed.handle(status(stack, "DELETE_IN_PROGRESS"))
    bed.now += timedelta(minutes=2)
    del bed.account.cloudformation.stacks[stack]
    bed.handle(status(stack, "DELETE_COMPLETE"))

    (alert,) = bed.told
    assert alert.severity is Severity.CRITICAL
    text = mail(alert)
    assert text.startswith(f"[Critical] Stack {stack} deleted")
    assert "its author is not known" in text
    known(bed, made("DeleteStack", NOW, stack=stack))
    bed.now += timedelta(minutes=5)
    bed.handle(LOOK)
    assert "User mallory called DeleteStack" in mail(told(bed)[1])


def test_the_deletion_of_a_stack_is_planned_by_nobody(bed: Bed) -> None:
    bed.deployers = (ExpectedActor(("DeleteStack",), principal=role("x")["arn"]),)
    change(bed, "DELETE_IN_PROGRESS")
    known(bed, made("DeleteStack", bed.now, by=role(DEPLOY_ROLE)))
    bed.handle(status())

    assert len(told(bed)) == 1


def test_of_the_evidence_the_second_way_tells_a_deletion_alone(bed: Bed) -> None:
    change(bed, stack=EVIDENCE)
    known(bed, made("UpdateStack", bed.now, stack=EVIDENCE))
    bed.handle(status(EVIDENCE))
    looks(bed, 60)

    assert bed.told == []


@pytest.mark.parametrize(
    "event",
    [
        status(says="DELETE_COMPLETE"),
        status("SomebodyElses"),
        status(f"{RESPONSE}Not"),
        {**status(), "detail": "x"},
        {**status(), "detail": {}},
    ],
    ids=["no such change", "another stack", "begins alike", "junk", "empty"],
)
def test_what_an_event_says_and_no_stack_shows_is_told_by_nobody(bed: Bed, event: Any) -> None:
    bed.handle(event)
    looks(bed, 60)

    assert bed.told == []


def test_what_is_rolled_back_is_the_operation_that_failed(bed: Bed) -> None:
    """Whether or not CloudFormation writes another time for it."""
    change(bed)
    known(bed, made("UpdateStack", bed.now))
    bed.handle(status())
    bed.now += timedelta(minutes=8)
    change(bed, "UPDATE_ROLLBACK_IN_PROGRESS")
    bed.handle(status(says="UPDATE_ROLLBACK_IN_PROGRESS"))
    looks(bed, 60)

    assert len(bed.told) == 1


def test_the_next_operation_is_told_too(bed: Bed) -> None:
    for _ in range(2):
        change(bed)
        known(bed, made("UpdateStack", bed.now))
        bed.handle(status())
        bed.now += timedelta(seconds=90)

    assert len(bed.told) == 2


def test_a_foreign_change_set_under_the_name_of_a_stack_that_is_gone_is_told(bed: Bed) -> None:
    change(bed, "REVIEW_IN_PROGRESS")
    known(bed, made("CreateChangeSet", bed.now))
    bed.handle(status(says="REVIEW_IN_PROGRESS"))

    (alert,) = bed.told
    assert mail(alert).startswith("[Warning] Change set waits under the name of stack Trailkeeper")
    assert "User mallory called CreateChangeSet" in mail(alert)


def test_what_an_update_left_behind_is_put_right_a_quarter_of_an_hour_later(bed: Bed) -> None:
    rule = SIDE.rules[0].name
    change(bed)
    known(bed, made("UpdateStack", bed.now))
    bed.handle(status())
    bed.account.events.disable_rule(Name=rule)
    change_ended(bed, "UPDATE_COMPLETE")
    looks(bed, 15)
    assert bed.account.events.describe_rule(Name=rule)["State"] == "DISABLED"

    looks(bed, 5)

    assert bed.account.events.describe_rule(Name=rule)["State"] == "ENABLED"
    assert "rules that call the functions had changed" in mail(bed.told[-1])
    told_then = len(bed.told)
    looks(bed, 60)
    assert len(bed.told) == told_then


def test_who_dies_while_telling_is_made_up_for(bed: Bed) -> None:
    change(bed)
    known(bed, made("UpdateStack", bed.now))
    bed.refusals = 1
    with pytest.raises(ClientError):
        bed.handle(status())
    looks(bed, 10)

    assert len(told(bed)) == 1


def test_of_two_runs_at_the_same_time_one_tells(bed: Bed, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other one reads what is remembered before the first has written."""
    change(bed)
    known(bed, made("UpdateStack", bed.now))
    real = bed.account.dynamodb.query
    empty = {"Items": []}
    bed.handle(status())

    monkeypatch.setattr(bed.account.dynamodb, "query", lambda **_: empty)
    bed.handle(status(says="UPDATE_COMPLETE"))
    monkeypatch.setattr(bed.account.dynamodb, "query", real)

    assert len(bed.told) == 1


def test_without_its_table_people_are_told_all_the_same(bed: Bed) -> None:
    change(bed)
    known(bed, made("UpdateStack", bed.now))
    bed.account.dynamodb.delete_table(TableName="trailkeeper-watcher-state")
    bed.handle(status())

    assert len(told(bed)) == 1


def test_a_stack_that_cannot_be_read_is_looked_at_again(
    bed: Bed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lambda tries again, with the same event."""

    def refuse(**_: Any) -> Any:
        raise refused("AccessDenied")

    change(bed)
    monkeypatch.setattr(bed.account.cloudformation, "describe_stacks", refuse)

    with pytest.raises(ClientError):
        bed.handle(status())
