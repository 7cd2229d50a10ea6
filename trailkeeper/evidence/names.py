"""The names of all that is deployed: derived, never looked up, so no stack refers to another."""

from __future__ import annotations

from dataclasses import dataclass, replace

# What the names of alarms, functions, queues and topics begin with.
PREFIX = "trailkeeper-"
# What the names of the stacks begin with.
STACK_PREFIX = "Trailkeeper"
EVIDENCE_STACK = "TrailkeeperEvidence"
RESPONSE_STACK = "TrailkeeperResponse"
SEARCH_STACK = "TrailkeeperSearch"
ACCOUNT_STACK = "TrailkeeperAccount"
# The region follows: one small stack in each region beyond home.
SATELLITE_STACK = "TrailkeeperSatellite-"
WATCHER_STACK = "TrailkeeperWatcher"
EVIDENCE_KEY_ALIAS = "alias/trailkeeper-evidence"
# Matches the aliases of all our keys.
KEY_ALIASES = "alias/trailkeeper-*"
ALERTS_KEY_ALIAS = "alias/trailkeeper-alerts"
# What CloudFormation knows the key by in the response stack.
ALERTS_KEY_ID = "AlertingAlertsKeyF63E7A37"
# And in that of the region that has the charges.
CHARGES_KEY_ID = "ChargesAlertsKey5E43E9C8"
# Where the log bucket's access log lies in the bucket of access logs.
ACCESS_LOG_PREFIX = "log-bucket/"
EVIDENCE_KEY_PARAMETER = "/trailkeeper/evidence-key-arn"
# By which somebody asks for a pause: AWS says who wrote it, and when.
PAUSE_PARAMETER = "/trailkeeper/pause"
LOG_GROUP = "/trailkeeper/trail"
STREAM_FILTER = "trailkeeper-stream"
HEAL_FUNCTION = "trailkeeper-heal"
ALERT_FUNCTION = "trailkeeper-alert"
WATCHER_FUNCTION = "trailkeeper-watcher"
DELIVERIES_FUNCTION = "trailkeeper-deliveries"
# The alias of each function that everything calls: it points to a published version.
LIVE = "live"
LAYER = "trailkeeper-dependencies"
ALERTS_TOPIC = "trailkeeper-alerts"
ALARMS_TOPIC = "trailkeeper-alarms"
CHAT_TOPIC = "trailkeeper-chat"
LAST_RESORT_TOPIC = "trailkeeper-last-resort"
LAST_RESORT_ELSEWHERE_TOPIC = "trailkeeper-last-resort-elsewhere"
BILLING_TOPIC = "trailkeeper-billing"
ALERTS_QUEUE = "trailkeeper-alerts"
ALERTS_DEAD_QUEUE = "trailkeeper-alerts-dead"
HEAL_DEAD_QUEUE = "trailkeeper-heal-dead"
WATCHER_DEAD_QUEUE = "trailkeeper-watcher-dead"
DELIVERIES_DEAD_QUEUE = "trailkeeper-deliveries-dead"
STATE_TABLE = "trailkeeper-state"
WATCHER_TABLE = "trailkeeper-watcher-state"
SCHEDULE = "trailkeeper-reconcile"
SWEEP_SCHEDULE = "trailkeeper-sweep"
GUARD_SCHEDULE = "trailkeeper-guard"
WATCH_SCHEDULE = "trailkeeper-watch"
WATCH_LOOK_SCHEDULE = "trailkeeper-watch-look"
ALIVE_SCHEDULE = "trailkeeper-alive"
WATCH_ALIVE_SCHEDULE = "trailkeeper-watch-alive"
# The rules that carry calls against the guard, to the heal function and to the watcher.
GUARD_RULE = "trailkeeper-guard-calls"
WATCHER_RULE = "trailkeeper-watcher-calls"
# The rules that carry to each what CloudFormation itself tells of the stacks.
GUARD_STACKS_RULE = "trailkeeper-guard-stacks"
WATCHER_STACKS_RULE = "trailkeeper-watcher-stacks"
# What the names of rules end in that send a region's events home.
SENT_HOME = "-sent-home"
# The one of them that carries calls against the others.
SATELLITE_RULE = "trailkeeper-satellite-calls"
LOOKS_SILENT = "trailkeeper-looks-silent"
SWEEPS_SILENT = "trailkeeper-sweeps-silent"
HEAL_UNCALLED = "trailkeeper-heal-uncalled"
DELIVERIES_SILENT = "trailkeeper-deliveries-silent"
BILLING_ALARM = "trailkeeper-billing"
WORK_GROUP = "trailkeeper"
DATABASE = "trailkeeper"
QUERY_FOLDER = "Trailkeeper"
DASHBOARD = "Trailkeeper"


def access_bucket(account: str, region: str) -> str:
    """Where S3 writes down who calls the log bucket."""
    return f"trailkeeper-access-{account}-{region}"


@dataclass(frozen=True, slots=True)
class Names:
    """Where a deployment lives, and the names and ARNs that follow from it."""

    partition: str
    region: str
    account: str
    trail: str

    def arn(self, service: str, resource: str) -> str:
        """The ARN of a resource of this account in the home region."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"

    @property
    def trail_arn(self) -> str:
        return self.arn("cloudtrail", f"trail/{self.trail}")

    @property
    def log_bucket(self) -> str:
        return f"trailkeeper-logs-{self.account}-{self.region}"

    @property
    def log_bucket_arn(self) -> str:
        return f"arn:{self.partition}:s3:::{self.log_bucket}"

    @property
    def fallback_bucket(self) -> str:
        """Where logs go when a stranger took the name of the log bucket."""
        return f"trailkeeper-fallback-{self.account}-{self.region}"

    @property
    def fallback_bucket_arn(self) -> str:
        return f"arn:{self.partition}:s3:::{self.fallback_bucket}"

    @property
    def results_bucket(self) -> str:
        """Where Athena puts what it found."""
        return f"trailkeeper-results-{self.account}-{self.region}"

    @property
    def results_bucket_arn(self) -> str:
        return f"arn:{self.partition}:s3:::{self.results_bucket}"

    @property
    def access_bucket(self) -> str:
        return access_bucket(self.account, self.region)

    @property
    def access_bucket_arn(self) -> str:
        return f"arn:{self.partition}:s3:::{self.access_bucket}"

    @property
    def log_group_arn(self) -> str:
        """Without the `:*` that CloudTrail and IAM want behind it."""
        return self.arn("logs", f"log-group:{LOG_GROUP}")

    @property
    def delivery_role(self) -> str:
        """CloudTrail's role for the log group; IAM is global, hence the region in the name."""
        return f"trailkeeper-delivery-{self.region}"

    @property
    def delivery_role_arn(self) -> str:
        return f"arn:{self.partition}:iam::{self.account}:role/{self.delivery_role}"

    @property
    def delivery_boundary(self) -> str:
        """The managed policy that bounds the delivery role."""
        return f"trailkeeper-delivery-boundary-{self.region}"

    @property
    def delivery_boundary_arn(self) -> str:
        return f"arn:{self.partition}:iam::{self.account}:policy/{self.delivery_boundary}"

    @property
    def deliveries_role(self) -> str:
        return f"trailkeeper-deliveries-{self.region}"

    @property
    def deliveries_role_arn(self) -> str:
        return f"arn:{self.partition}:iam::{self.account}:role/{self.deliveries_role}"

    @property
    def deliveries_dead_queue_arn(self) -> str:
        return self.arn("sqs", DELIVERIES_DEAD_QUEUE)

    @property
    def stream_role(self) -> str:
        """The role by which CloudWatch Logs streams the log group on."""
        return f"trailkeeper-stream-{self.region}"

    @property
    def heal_role(self) -> str:
        return f"trailkeeper-heal-{self.region}"

    @property
    def heal_role_arn(self) -> str:
        return f"arn:{self.partition}:iam::{self.account}:role/{self.heal_role}"

    @property
    def alert_role(self) -> str:
        return f"trailkeeper-alert-{self.region}"

    @property
    def alert_role_arn(self) -> str:
        return f"arn:{self.partition}:iam::{self.account}:role/{self.alert_role}"

    @property
    def watcher_role(self) -> str:
        return f"trailkeeper-watcher-{self.region}"

    @property
    def watcher_role_arn(self) -> str:
        return f"arn:{self.partition}:iam::{self.account}:role/{self.watcher_role}"

    @property
    def schedule_role(self) -> str:
        """The role of the schedules that call the heal function."""
        return f"trailkeeper-schedule-{self.region}"

    @property
    def schedule_role_arn(self) -> str:
        return f"arn:{self.partition}:iam::{self.account}:role/{self.schedule_role}"

    @property
    def watch_schedule_role(self) -> str:
        """The role of the schedule that calls the watcher."""
        return f"trailkeeper-watch-{self.region}"

    @property
    def watch_schedule_role_arn(self) -> str:
        return f"arn:{self.partition}:iam::{self.account}:role/{self.watch_schedule_role}"

    @property
    def role_arns(self) -> tuple[str, ...]:
        """The roles of Trailkeeper itself; a name that begins alike is anybody's."""
        return (
            self.heal_role_arn,
            self.alert_role_arn,
            self.delivery_role_arn,
            self.watcher_role_arn,
        )

    @property
    def administrators(self) -> str:
        """The group of CloudTrail's administrators, and what the names of its policies begin with.

        IAM is global, hence the region in the name.
        """
        return f"trailkeeper-administrators-{self.region}"

    @property
    def readers(self) -> str:
        """The group of those who read the evidence, and the name of its policy."""
        return f"trailkeeper-readers-{self.region}"

    @property
    def heal_function_arn(self) -> str:
        """What is called: the published version that the alias points to."""
        return self.arn("lambda", f"function:{HEAL_FUNCTION}:{LIVE}")

    @property
    def alert_function_arn(self) -> str:
        """What is called: the published version that the alias points to."""
        return self.arn("lambda", f"function:{ALERT_FUNCTION}:{LIVE}")

    @property
    def alerts_topic_arn(self) -> str:
        return self.arn("sns", ALERTS_TOPIC)

    @property
    def alarms_topic_arn(self) -> str:
        return self.arn("sns", ALARMS_TOPIC)

    @property
    def last_resort_topic_arn(self) -> str:
        return self.arn("sns", LAST_RESORT_TOPIC)

    def last_resort_elsewhere_arn(self, region: str) -> str:
        """The topic of last resort in a region beyond home."""
        return self.in_region(region).arn("sns", LAST_RESORT_ELSEWHERE_TOPIC)

    @property
    def chat_topic_arn(self) -> str:
        return self.arn("sns", CHAT_TOPIC)

    @property
    def alerts_queue_arn(self) -> str:
        return self.arn("sqs", ALERTS_QUEUE)

    @property
    def alerts_dead_queue_arn(self) -> str:
        return self.arn("sqs", ALERTS_DEAD_QUEUE)

    @property
    def heal_dead_queue_arn(self) -> str:
        return self.arn("sqs", HEAL_DEAD_QUEUE)

    @property
    def bus_arn(self) -> str:
        """The default bus, on which AWS services put their events."""
        return self.arn("events", "event-bus/default")

    def billing_topic_arn(self, region: str) -> str:
        """The topic of the billing alarm, where that stands in a region beyond home."""
        return self.in_region(region).arn("sns", BILLING_TOPIC)

    def billing_alarm_arn(self, region: str) -> str:
        return self.in_region(region).arn("cloudwatch", f"alarm:{BILLING_ALARM}")

    def in_region(self, region: str) -> Names:
        """The names of what is in another region of the account."""
        return replace(self, region=region)

    @property
    def state_table_arn(self) -> str:
        return self.arn("dynamodb", f"table/{STATE_TABLE}")

    @property
    def watcher_table_arn(self) -> str:
        return self.arn("dynamodb", f"table/{WATCHER_TABLE}")

    @property
    def stack_arns(self) -> tuple[str, ...]:
        """Our stacks; CloudFormation puts an unpredictable id behind the name."""
        return tuple(
            self.arn("cloudformation", f"stack/{name}/*")
            for name in (EVIDENCE_STACK, RESPONSE_STACK, WATCHER_STACK)
        )
