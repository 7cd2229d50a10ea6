"""What the account costs: an alarm on the charges of the month, and a budget."""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_budgets as budgets
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from constructs import Construct

from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.names import BILLING_ALARM
from trailkeeper.guards.side_documents import our_budgets

_SERVICE = "budgets.amazonaws.com"


class Billing(Construct):
    """Both are told to a topic whose messages the alert function puts in words.

    CloudWatch has the metric in us-east-1 alone, and an alarm calls topics of its own region alone,
    so all of it stands there. `alarm_usd` and `budget_usd` None: there is none.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        baseline: Baseline,
        topic: sns.Topic,
        key: kms.Key | None,
        alarm_usd: float | None,
        budget_usd: float | None,
    ) -> None:
        super().__init__(scope, id_)
        if alarm_usd is not None:
            _alarm(self, alarm_usd).add_alarm_action(actions.SnsAction(topic))
        if budget_usd is not None:
            if key is not None:
                let_budgets_use(key, baseline)
            _budget(self, budget_usd, topic)


def _alarm(scope: Construct, usd: float) -> cloudwatch.Alarm:
    """As CloudWatch's user guide makes it: a month's charges grow, and come a few times a day.

    Missing data is missing: the heal function tells of an alarm that has had none for two days.
    """
    return cloudwatch.Alarm(
        scope,
        "Alarm",
        alarm_name=BILLING_ALARM,
        alarm_description=f"The account has cost more than {usd:g} USD in this month.",
        metric=cloudwatch.Metric(
            namespace="AWS/Billing",
            metric_name="EstimatedCharges",
            dimensions_map={"Currency": "USD"},
            statistic="Maximum",
            period=Duration.hours(6),
        ),
        threshold=usd,
        actions_enabled=True,
        comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
        evaluation_periods=1,
        treat_missing_data=cloudwatch.TreatMissingData.MISSING,
    )


def _budget(scope: Construct, usd: float, topic: sns.Topic) -> None:
    """Without a name of ours: CloudFormation replaces a budget to change whom it tells."""
    budget = budgets.CfnBudget(
        scope,
        "Budget",
        budget=budgets.CfnBudget.BudgetDataProperty(
            budget_type="COST",
            time_unit="MONTHLY",
            budget_limit=budgets.CfnBudget.SpendProperty(amount=usd, unit="USD"),
        ),
        notifications_with_subscribers=[
            budgets.CfnBudget.NotificationWithSubscribersProperty(
                notification=budgets.CfnBudget.NotificationProperty(
                    notification_type=kind,
                    comparison_operator="GREATER_THAN",
                    threshold=100,
                    threshold_type="PERCENTAGE",
                ),
                subscribers=[
                    budgets.CfnBudget.SubscriberProperty(
                        subscription_type="SNS", address=topic.topic_arn
                    )
                ],
            )
            for kind in ("ACTUAL", "FORECASTED")
        ],
    )
    # A budget that cannot publish to its topic is refused.
    budget.node.add_dependency(topic)


def let_budgets_use(key: kms.Key, baseline: Baseline) -> None:
    """Let the account's budgets use the key of a topic that they may publish to.

    Source: AWS Cost Management user guide, "Creating an Amazon SNS topic for budget notifications".
    """
    key.add_to_resource_policy(
        iam.PolicyStatement(
            sid="BudgetsPublish",
            principals=[iam.ServicePrincipal(_SERVICE)],
            actions=["kms:Decrypt", "kms:GenerateDataKey*"],
            resources=["*"],
            conditions=our_budgets(baseline),
        )
    )
