"""The story: attacks on the trail, and what else the account tells; every step must happen."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import boto3
from botocore.exceptions import ClientError

from demo.command import Command, CommandError
from demo.insight import seen_by_insights
from demo.mailbox import Mail, Mailbox
from demo.questions import ENGINES, Answer, Questions
from demo.screen import Screen
from stage.attacker import Administrator
from stage.ready import Ready
from stage.siem import Siem
from stage.slack import SlackChannel
from trailkeeper.detections import trail_stopped
from trailkeeper.detections.catalogue import rules_of
from trailkeeper.evidence.names import STATE_TABLE, Names
from trailkeeper.state.heal_items import LastReconcile
from trailkeeper.state.table import key

T = TypeVar("T")

ATTACKER = "administrator"
RULE = rules_of([trail_stopped.DETECTION])[0].name
STOP = next(each.attack for each in trail_stopped.PROOF.techniques if each.attack)
STOP_CALL = f"cloudtrail:{trail_stopped.DETECTION.events[0]}"
STOPPED_WORDS = trail_stopped.DETECTION.did["en"].partition(" {")[0]
WEBHOOK_PARAMETER = "/trailkeeper/demo-webhook"

CHANGES = "Stop*,Run*,Create*,Delete*,Put*"

# More than the default of billing_alarm_usd.
CHARGES = 213.45
ANOTHER_REGION = "eu-west-1"
# Of the CIS benchmark's controls, the one that this story is about, and the one of all deployments.
ALARMED = ("security-group-changes", "trail-changes")
PERSON = "bob"
# The bucket of which data events are recorded.
PAYROLL, SALARIES = "payroll-of-the-demo", "salaries.csv"
EVENTS = "300000"

HEAL_SECONDS = 30.0
ANSWER_SECONDS = 60.0  # log files come within seconds
MAIL_SECONDS = 30.0
SWEEP_SECONDS = 60.0
SCHEDULE_SECONDS = 80.0  # a schedule of one minute, and some room


def make_beforehand(client: Callable[[str], Any]) -> None:
    """Make what is there before the trail is: a SIEM's stream, and a bucket with a file.

    Were the trail there already, it would record the file's coming, which event history does not.
    """
    Siem(client).make()
    files = client("s3")
    files.create_bucket(Bucket=PAYROLL)
    files.put_object(Bucket=PAYROLL, Key=SALARIES, Body=b"alice,1\n")


class StepFailedError(Exception):
    """When something did not happen within its bound; the message says what, and why if known."""


@dataclass
class Story:
    """The demo's collaborators; `tell` runs it from the first attack to the last mail."""

    ready: Ready
    screen: Screen
    slack: SlackChannel

    def __post_init__(self) -> None:
        self.mails = 0
        self._mailbox = Mailbox(Path(self.ready.mailbox))
        # What came before the story came to it.
        self._unread: list[Mail] = []
        self._trail = self.ready.client("cloudtrail")
        self._attacker: Any = Administrator(self.ready)
        self._instances = self.ready.client("ec2")
        self._rules = self.ready.client("events")
        self._command = Command(self.ready)

    def tell(self) -> None:
        """Tell the story.

        Raises:
            StepFailedError: a step did not happen within its bound.
        """
        self._mailbox.new()  # the confirmation of the subscription
        self._warm_up()
        began = datetime.now(UTC)
        self._stop_is_healed()
        instance = self._run_an_instance_and_open_a_port()
        self._read_a_file()
        self._who_did_it_and_what_else(began)
        stopped_at = self._lose_the_event()
        self._stop_and_terminate(instance)
        self._what_aws_itself_sees()
        self._try_as_an_administrator_of_cloudtrail()
        self._schedule_heals(stopped_at)
        self._how_is_it_now()

    def _warm_up(self) -> None:
        """Put the webhook's URL in its place, and let the first sweep end, which healed it else."""
        self.slack.be_found(self.ready.control)
        self.ready.client("ssm").put_parameter(
            Name=WEBHOOK_PARAMETER, Value=self.slack.url, Type="SecureString"
        )
        table = self.ready.client("dynamodb")
        last = key(*LastReconcile.KEY)
        self._await(
            "the first sweep ended",
            SWEEP_SECONDS,
            lambda: "Item" in table.get_item(TableName=STATE_TABLE, Key=last),
        )

    def _stop_is_healed(self) -> None:
        self.screen.title("1. Somebody stops the trail")
        self.screen.attack(ATTACKER, STOP_CALL)
        STOP(self._attacker)
        self._await("the trail logs again", HEAL_SECONDS, self._logging)
        self.screen.trailkeeper("the trail is logging again (read back)")
        self._show_mails("the mail about the stop", 1, STOPPED_WORDS, whole=True)
        lines = self._await(
            "the Slack message about the stop",
            MAIL_SECONDS,
            lambda: self.slack.about(STOPPED_WORDS),
        )
        self.screen.slack(lines)
        self.screen.attack(ATTACKER, f"{STOP_CALL}, once more")
        began = time.monotonic()
        STOP(self._attacker)
        self._await("the trail logs again", HEAL_SECONDS, self._logging)
        milliseconds = (time.monotonic() - began) * 1000
        self.screen.trailkeeper(f"logging again after {milliseconds:.0f} ms: it was warm by now")

    def _run_an_instance_and_open_a_port(self) -> str:
        self.screen.title("2. Somebody runs an EC2 instance and opens a port")
        tags = [{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": "web-1"}]}]
        self.screen.attack(ATTACKER, "ec2:RunInstances")
        answer = self._instances.run_instances(
            ImageId="ami-12345678",
            InstanceType="t3.micro",
            MinCount=1,
            MaxCount=1,
            TagSpecifications=tags,
        )
        instance = str(answer["Instances"][0]["InstanceId"])
        group = self._instances.create_security_group(GroupName="web", Description="of the demo")
        self.screen.attack(ATTACKER, "ec2:AuthorizeSecurityGroupIngress, SSH for everybody")
        self._instances.authorize_security_group_ingress(
            GroupId=group["GroupId"], IpProtocol="tcp", FromPort=22, ToPort=22, CidrIp="0.0.0.0/0"
        )
        self._show_mails("the mail about the running instance", 1, instance, "running")
        # Of the CIS benchmark's alarms this is one; it is counted in the log group.
        self._show_mails("the mail about the open port", 1, "Security groups changed")
        return instance

    def _read_a_file(self) -> None:
        """The settings have reads of this bucket recorded, as data events."""
        self.screen.attack(ATTACKER, f"s3:GetObject {SALARIES}, of a bucket with data events on")
        self.ready.client("s3").get_object(Bucket=PAYROLL, Key=SALARIES)["Body"].read()

    def _who_did_it_and_what_else(self, began: datetime) -> None:
        """Ask all places that know; they must say the same."""
        self.screen.title("3. Who did it, and what else?")
        span = "--since", began.strftime("%Y-%m-%dT%H:%M:%SZ")
        mine = "--access-key", self.ready.access_key_id
        with TemporaryDirectory() as folder:
            questions = Questions(self.ready, Path(folder))
            for what, filters, engines in (
                ("Who stopped the trail?", ("--event", "StopLogging"), ENGINES),
                ("What else did this key change?", (*mine, "--event", CHANGES), ENGINES),
                # Event history has no data events.
                (f"Who read {SALARIES}?", ("--event", "GetObject"), ENGINES[1:]),
            ):
                self.screen.event("", f"{what}  trailkeeper search {' '.join(filters)}")
                answers = self._await(
                    f"one answer from {', '.join(engines)}",
                    ANSWER_SECONDS,
                    partial(_agreed, questions, (*filters, *span), engines=engines),
                )
                self.screen.table(
                    ("VIA", "WHO", "WHAT", "TOOK"),
                    ((a.engine, a.who, a.what, f"{a.seconds:.1f} s") for a in answers),
                )
        self._what_the_siem_got()

    def _what_the_siem_got(self) -> None:
        siem = Siem(self.ready.client)
        stopped = trail_stopped.DETECTION.events[0]

        def came() -> list[str]:
            names = [each["eventName"] for each in siem.events()]
            return names if stopped in names else []

        names = self._await("the stop in the stream to the SIEM", ANSWER_SECONDS, came)
        self.screen.trailkeeper(
            f"{len(names)} events were streamed on to the SIEM, {stopped} among them"
        )

    def _lose_the_event(self) -> datetime:
        self.screen.title("4. The event gets lost (its rule is off), so the schedule must heal")
        self._rules.disable_rule(Name=RULE)
        self.screen.attack(ATTACKER, f"events:DisableRule {RULE}, then {STOP_CALL}")
        STOP(self._attacker)
        stopped = self._status()["StopLoggingTime"]
        self._rules.enable_rule(Name=RULE)
        if self._logging():
            raise StepFailedError("the event was to be lost, but the trail logs already")
        self.screen.event("", "the trail is dark; the schedule runs every minute, meanwhile:")
        return datetime.fromisoformat(stopped.isoformat())

    def _stop_and_terminate(self, instance: str) -> None:
        self.screen.title(f"5. Meanwhile instances are stopped, here and in {ANOTHER_REGION}")
        self.screen.event("", "(in the dark CloudTrail cannot say who did it, so the mails don't)")
        self.screen.attack(ATTACKER, f"ec2:StopInstances {instance}")
        self._instances.stop_instances(InstanceIds=[instance])
        self._show_mails("the mail about the stopped instance", 1, instance, "stopped")
        self.screen.attack(ATTACKER, f"ec2:TerminateInstances {instance}")
        self._instances.terminate_instances(InstanceIds=[instance])
        self._show_mails("the mail about the terminated instance", 1, instance, "terminated")
        there = self.ready.client("ec2", ANOTHER_REGION)
        image = there.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
        answer = there.run_instances(ImageId=image, MinCount=1, MaxCount=1)
        away = str(answer["Instances"][0]["InstanceId"])
        self.screen.attack(ATTACKER, f"ec2:StopInstances {away}, in {ANOTHER_REGION}")
        there.stop_instances(InstanceIds=[away])
        self._show_mails("the mail about the instance there", 1, f"stopped in {ANOTHER_REGION}")

    def _what_aws_itself_sees(self) -> None:
        self.screen.title("6. And what AWS itself sees")
        self.screen.event("", f"AWS adds up what the account has cost: {CHARGES:.2f} USD")
        self.ready.control.charge(CHARGES)
        self._show_mails("the mail about the charges", 1, f"{CHARGES:.2f} USD spent this month")
        self.screen.event("", "CloudTrail Insights sees far more calls than usual, and their end")
        for event in seen_by_insights(self.ready.account, self.ready.region):
            self.ready.control.say(event, account=self.ready.account, region=self.ready.region)
        self._show_mails("one mail about both", 1, "CloudTrail Insights saw")

    def _try_as_an_administrator_of_cloudtrail(self) -> None:
        self.screen.title("7. One of CloudTrail's administrators tries to delete the trail")
        people = self.ready.client("iam")
        people.create_user(UserName=PERSON)
        group = Names("aws", self.ready.region, self.ready.account, "").administrators
        people.add_user_to_group(GroupName=group, UserName=PERSON)
        key = people.create_access_key(UserName=PERSON)["AccessKey"]
        trails: Any = boto3.client(
            "cloudtrail",
            endpoint_url=self.ready.endpoint,
            region_name=self.ready.region,
            aws_access_key_id=key["AccessKeyId"],
            aws_secret_access_key=key["SecretAccessKey"],
        )
        self.screen.attack(PERSON, f"cloudtrail:DeleteTrail (in the group {group})")
        try:
            trails.delete_trail(Name=self.ready.trail_arn)
        except ClientError as refused:
            if "explicit deny" not in str(refused):
                raise
            self.screen.event("AWS", "AccessDenied: an explicit deny beats CloudTrail_FullAccess")
        else:
            raise StepFailedError(f"{PERSON} was to be refused, and deleted the trail")
        self.screen.event("", "For everybody in an organization's account: trailkeeper scp")
        sizes = " and ".join(f"{len(each):,}" for each in self._run("scp").splitlines())
        self.screen.event("", f"service control policies of {sizes} characters (5,120 at most)")

    def _schedule_heals(self, stopped_at: datetime) -> None:
        self.screen.title("8. The schedule finds the dark trail")
        self._await("the schedule healed the trail", SCHEDULE_SECONDS, self._logging)
        dark = (self._status()["StartLoggingTime"] - stopped_at).total_seconds()
        self.screen.trailkeeper(f"the schedule found it after {dark:.0f} s; it logs again")
        self._show_mails("the mail about the dark trail", 1, "Trail was not logging", whole=True)

    def _how_is_it_now(self) -> None:
        """Ask the command; a drill stops the trail once more, and says of itself that it is one."""
        self.screen.title("9. Is all well, does it still work, what does it cost?")
        self._ask("doctor")
        self._ask("drill", "--yes")
        self._show_mails("the mail about the drill", 1, "Drill: Trail stopped")
        self._who_invoked_our_functions()
        self._ask("cost", "--events", EVENTS)

    def _ask(self, *asked: str) -> None:
        self.screen.event("", f"trailkeeper {' '.join(asked)}")
        self.screen.output(self._run(*asked))

    def _run(self, *asked: str) -> str:
        try:
            return self._command.run(*asked)
        except CommandError as error:
            raise StepFailedError(str(error)) from error

    def _who_invoked_our_functions(self) -> None:
        """Doctor and the drill did, which is on record as a forged invocation would be."""
        filters = ("--event", "Invoke", "--since", "5m")
        asked = f"trailkeeper search {' '.join(filters)} --via logs"
        self.screen.event("", f"Who invoked Trailkeeper's own functions?  {asked}")
        with TemporaryDirectory() as folder:
            questions = Questions(self.ready, Path(folder))
            (answer,) = self._await(
                "the invocations on record",
                ANSWER_SECONDS,
                partial(_agreed, questions, filters, engines=("logs",)),
            )
        self.screen.table(("WHO", "CALLS"), [(answer.who, str(len(answer.events)))])

    def _show_mails(self, what: str, count: int, *words: str, whole: bool = False) -> None:
        """Await mails that hold all the words, and print them, or their subjects, as they come."""
        found: list[Mail] = []

        def arrived() -> bool:
            self._unread += self._mailbox.new()
            found[:] = [each for each in self._unread if _has(each, words)]
            return len(found) >= count

        self._await(what, MAIL_SECONDS, arrived)
        self.mails += len(found)
        self._unread = [each for each in self._unread if each not in found]
        self.screen.trailkeeper(f"{what} is there")
        for mail in found:
            (self.screen.mail if whole else self.screen.subject)(mail)

    def _status(self) -> Any:
        return self._trail.get_trail_status(Name=self.ready.trail_arn)

    def _logging(self) -> bool:
        return bool(self._status()["IsLogging"])

    def _await(self, what: str, seconds: float, happened: Callable[[], T]) -> T:
        deadline = time.monotonic() + seconds
        while not (result := happened()):
            if time.monotonic() >= deadline:
                raise StepFailedError(f"did not happen within {seconds:.0f} s: {what}")
            time.sleep(0.005)
        return result


def _has(mail: Mail, words: tuple[str, ...]) -> bool:
    return all(word in mail.subject + mail.text for word in words)


def _agreed(
    questions: Questions, filters: tuple[str, ...], *, engines: tuple[str, ...] = ENGINES
) -> list[Answer]:
    """The answers of these engines when they are the same and not nothing; none until then."""
    try:
        answers = [questions.ask(engine, *filters) for engine in engines]
    except CommandError as error:
        raise StepFailedError(str(error)) from error
    ids = {frozenset(each.events) for each in answers}
    return answers if len(ids) == 1 and answers[0].events else []
