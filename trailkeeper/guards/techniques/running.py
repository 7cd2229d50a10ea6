"""Against what runs: code, settings, aliases, callers, and what feeds the alert function."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from trailkeeper.evidence.functions import ALERT, HEAL, FunctionRecord
from trailkeeper.evidence.names import HEAL_UNCALLED, LIVE
from trailkeeper.guards.techniques.technique import EITHER, Act, Intruder, Technique

_VERSIONS = ("guard-functions.versions",)
_CALLERS = ("guard-functions.callers",)
_MAPPING = ("guard-queue.mapping",)
_FROZEN = (
    "Everything calls a published version, which AWS lets nobody change; nothing calls what was "
    "changed"
)
_JUDGED = (
    "A version is judged by its code, layers and settings, never by its number; the other half "
    "points the alias at the one that was deployed"
)
_DOES_NOTHING = """
def handler(event, context):
    print('{"_aws": {"CloudWatchMetrics": []}, "LookSucceeded": 1}')
    return {"batchItemFailures": []}
"""


def _function(a: Intruder) -> FunctionRecord:
    return a.side.functions[0]


def _configure(record: Callable[[Intruder], FunctionRecord], **changed: Any) -> Act:
    return lambda a: a.functions.update_function_configuration(
        FunctionName=record(a).name, **changed
    )


def _environment(record: FunctionRecord, change: Callable[[Intruder, dict[str, str]], None]) -> Act:
    def act(a: Intruder) -> None:
        config = a.functions.get_function_configuration(FunctionName=record.name)
        variables = dict(config["Environment"]["Variables"])
        change(a, variables)
        a.functions.update_function_configuration(
            FunctionName=record.name, Environment={"Variables": variables}
        )

    return act


def _weaken(a: Intruder, variables: dict[str, str]) -> None:
    for name, said in variables.items():
        weaker = _with_number(said, "expire_after_days", 1)
        variables[name] = _with_number(weaker, "log_retention_days", 1)


def _with_number(said: str, name: str, number: int) -> str:
    before, found, after = said.partition(f'"{name}": ')
    return f"{before}{found}{number}{after.lstrip('0123456789')}" if found else said


def _rename(a: Intruder, variables: dict[str, str]) -> None:
    for name, value in variables.items():
        variables[name] = value.replace(f'"trail_name": "{a.names.trail}"', '"trail_name": "decoy"')


def _redirect(a: Intruder, variables: dict[str, str]) -> None:
    for name, value in variables.items():
        variables[name] = value.replace(a.names.alerts_topic_arn, a.own_topic)


def _replace_code(a: Intruder, name: str) -> None:
    a.functions.update_function_code(FunctionName=name, ZipFile=a.code(_DOES_NOTHING))


def _publish(a: Intruder, name: str) -> str:
    """A version with other code."""
    _replace_code(a, name)
    return str(a.functions.publish_version(FunctionName=name)["Version"])


def _point(a: Intruder, name: str, **where: Any) -> None:
    a.functions.update_alias(FunctionName=name, Name=LIVE, **where)


def _turn_around(a: Intruder) -> None:
    _point(a, _function(a).name, FunctionVersion=_publish(a, _function(a).name))


def _take_half(a: Intruder) -> None:
    name = _function(a).name
    weights = {_publish(a, name): 0.5}
    _point(a, name, RoutingConfig={"AdditionalVersionWeights": weights})


def _starve(a: Intruder, name: str) -> None:
    a.functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)


def _starve_both(a: Intruder) -> None:
    """Before any event of it arrives."""
    a.lose_events()
    for side in (a.other, a.side):
        _starve(a, side.functions[0].name)


def _mute(a: Intruder) -> None:
    a.cloudwatch.disable_alarm_actions(AlarmNames=[each.name for each in a.side.alarms])


def _mute_and_starve(a: Intruder) -> None:
    _mute(a)
    _starve(a, HEAL.name)


def _starve_and_mute(a: Intruder) -> None:
    _starve(a, HEAL.name)
    _mute(a)


def _forbid(a: Intruder) -> None:
    """Take the permission of the first rule."""
    policy = a.functions.get_policy(FunctionName=_function(a).name, Qualifier=LIVE)["Policy"]
    (statement, *_) = json.loads(policy)["Statement"]
    a.functions.remove_permission(
        FunctionName=_function(a).name, Qualifier=LIVE, StatementId=statement["Sid"]
    )


def _open_another_alias(a: Intruder) -> None:
    name = _function(a).name
    runs = a.functions.get_alias(FunctionName=name, Name=LIVE)["FunctionVersion"]
    a.functions.create_alias(FunctionName=name, Name="other", FunctionVersion=runs)
    a.functions.create_function_url_config(FunctionName=name, Qualifier="other", AuthType="NONE")


def _open_to_all(a: Intruder) -> None:
    name = _function(a).name
    a.functions.create_function_url_config(FunctionName=name, Qualifier=LIVE, AuthType="NONE")
    a.functions.add_permission(
        FunctionName=name,
        Qualifier=LIVE,
        StatementId="everybody",
        Action="lambda:InvokeFunctionUrl",
        Principal="*",
        FunctionUrlAuthType="NONE",
    )


def _mapping(a: Intruder) -> str:
    (found,) = a.functions.list_event_source_mappings(EventSourceArn=a.names.alerts_queue_arn)[
        "EventSourceMappings"
    ]
    return str(found["UUID"])


def _remap(**changed: Any) -> Act:
    return lambda a: a.functions.update_event_source_mapping(UUID=_mapping(a), **changed)


TECHNIQUES = (
    Technique(
        id="code-replaced",
        words="Replace the function's code by one that does nothing and reports success",
        rights=("lambda:UpdateFunctionCode",),
        against=EITHER,
        ends="no effect",
        how=_FROZEN,
        attack=lambda a: _replace_code(a, _function(a).name),
    ),
    Technique(
        id="alert-code-replaced",
        words="Replace the alert function's code by one that swallows every alert",
        rights=("lambda:UpdateFunctionCode",),
        ends="no effect",
        how=_FROZEN,
        attack=lambda a: _replace_code(a, ALERT.name),
    ),
    Technique(
        id="baseline-weakened",
        words="Weaken the baseline in the heal function's environment",
        rights=("lambda:UpdateFunctionConfiguration",),
        ends="no effect",
        how=_FROZEN,
        attack=_environment(HEAL, _weaken),
    ),
    Technique(
        id="baseline-of-another-trail",
        words="Have the heal function guard a trail that is not there",
        rights=("lambda:UpdateFunctionConfiguration",),
        ends="no effect",
        how=_FROZEN,
        attack=_environment(HEAL, _rename),
    ),
    Technique(
        id="handler-wrong",
        words="Give the function a handler that does not exist",
        rights=("lambda:UpdateFunctionConfiguration",),
        against=EITHER,
        ends="no effect",
        how=_FROZEN,
        attack=_configure(_function, Handler="nothing.handler"),
    ),
    Technique(
        id="timeout-of-a-second",
        words="Give the function a second to run",
        rights=("lambda:UpdateFunctionConfiguration",),
        against=EITHER,
        ends="no effect",
        how=_FROZEN,
        attack=_configure(_function, Timeout=1),
    ),
    Technique(
        id="runtime-changed",
        words="Give the function another runtime",
        rights=("lambda:UpdateFunctionConfiguration",),
        against=EITHER,
        ends="no effect",
        how=_FROZEN,
        attack=_configure(_function, Runtime="python3.11"),
    ),
    Technique(
        id="alerts-to-another-topic",
        words="Have the alert function publish to a topic of the attacker",
        rights=("lambda:UpdateFunctionConfiguration",),
        ends="no effect",
        how=_FROZEN,
        attack=_environment(ALERT, _redirect),
    ),
    Technique(
        id="alert-environment-junk",
        words="Put junk into the alert function's environment",
        rights=("lambda:UpdateFunctionConfiguration",),
        ends="no effect",
        how=_FROZEN,
        attack=_configure(lambda _: ALERT, Environment={"Variables": {"TOPIC": "evil"}}),
    ),
    Technique(
        id="alias-moved",
        words="Publish other code and point the alias at it",
        rights=("lambda:UpdateAlias", "lambda:UpdateFunctionCode", "lambda:PublishVersion"),
        against=EITHER,
        documents=_VERSIONS,
        how=_JUDGED,
        attack=_turn_around,
    ),
    Technique(
        id="alias-to-latest",
        words="Point the alias at what anybody may change",
        rights=("lambda:UpdateAlias",),
        against=EITHER,
        documents=_VERSIONS,
        how="Unpublished code is never what was deployed; the alias is pointed back",
        attack=lambda a: _point(a, _function(a).name, FunctionVersion="$LATEST"),
    ),
    Technique(
        id="alias-halved",
        words="Send half of the calls to another version",
        rights=("lambda:UpdateAlias", "lambda:UpdateFunctionCode", "lambda:PublishVersion"),
        against=EITHER,
        documents=_VERSIONS,
        how="The alias is pointed back, without weights",
        attack=_take_half,
    ),
    Technique(
        id="alias-deleted",
        words="Delete the alias that everything calls",
        rights=("lambda:DeleteAlias",),
        against=EITHER,
        documents=(*_VERSIONS, *_CALLERS),
        how="The other half makes it again, with those who may call it",
        attack=lambda a: a.functions.delete_alias(FunctionName=_function(a).name, Name=LIVE),
    ),
    Technique(
        id="function-deleted",
        words="Delete the function",
        rights=("lambda:DeleteFunction",),
        against=EITHER,
        ends="told",
        how="Nobody of us may make a function; the other half starts the trail meanwhile",
        attack=lambda a: a.functions.delete_function(FunctionName=_function(a).name),
    ),
    Technique(
        id="alert-function-deleted",
        words="Delete the alert function",
        rights=("lambda:DeleteFunction",),
        ends="told",
        how="Nobody of us may make a function; the watcher needs none to tell people",
        attack=lambda a: a.functions.delete_function(FunctionName=ALERT.name),
    ),
    Technique(
        id="no-concurrency",
        words="Reserve no concurrency for the function, so that it never runs",
        rights=("lambda:PutFunctionConcurrency",),
        against=EITHER,
        documents=("guard-functions.concurrency",),
        how="The other half takes the reservation back",
        attack=lambda a: _starve(a, _function(a).name),
    ),
    Technique(
        id="concurrency-of-one",
        words="Let the function run once at a time, so that a flood keeps real events waiting",
        rights=("lambda:PutFunctionConcurrency",),
        against=EITHER,
        documents=("guard-functions.concurrency",),
        how="The other half reserves as much again as was reserved before, or nothing",
        attack=lambda a: a.functions.put_function_concurrency(
            FunctionName=_function(a).name, ReservedConcurrentExecutions=1
        ),
    ),
    Technique(
        id="alert-no-concurrency",
        words="Reserve no concurrency for the alert function",
        rights=("lambda:PutFunctionConcurrency",),
        documents=("guard-functions.concurrency",),
        how="The watcher takes the reservation back",
        attack=lambda a: _starve(a, ALERT.name),
    ),
    Technique(
        id="no-concurrency-alarms-muted",
        words="Reserve no concurrency for the heal function, then mute every alarm",
        rights=("lambda:PutFunctionConcurrency", "cloudwatch:DisableAlarmActions"),
        documents=("guard-functions.concurrency", "guard-alarms.alarms"),
        how="The watcher needs neither the heal function nor an alarm",
        attack=_starve_and_mute,
    ),
    Technique(
        id="alarms-muted-no-concurrency",
        words="Mute every alarm, then reserve no concurrency for the heal function",
        rights=("cloudwatch:DisableAlarmActions", "lambda:PutFunctionConcurrency"),
        documents=("guard-functions.concurrency", "guard-alarms.alarms"),
        how="The watcher needs neither the heal function nor an alarm",
        attack=_mute_and_starve,
    ),
    Technique(
        id="caller-forbidden",
        words="Take a rule's permission to call the function",
        rights=("lambda:RemovePermission",),
        against=EITHER,
        documents=_CALLERS,
        how="The other half permits its rules to call it again, and nobody else",
        attack=_forbid,
    ),
    Technique(
        id="caller-added",
        words="Let another account call the function",
        rights=("lambda:AddPermission",),
        against=EITHER,
        documents=_CALLERS,
        how="Who may call is compared as a whole; others are taken off",
        attack=lambda a: a.functions.add_permission(
            FunctionName=_function(a).name,
            Qualifier=LIVE,
            StatementId="stranger",
            Action="lambda:InvokeFunction",
            Principal="444455556666",
        ),
    ),
    Technique(
        id="url-for-everybody",
        words="Give the function a URL that everybody may call",
        rights=("lambda:CreateFunctionUrlConfig", "lambda:AddPermission"),
        against=EITHER,
        documents=("guard-functions.urls", *_CALLERS),
        how="The other half takes the URL away, and the permission to call it",
        attack=_open_to_all,
    ),
    Technique(
        id="url-on-another-alias",
        words="Give another alias of the function a URL that everybody may call",
        rights=("lambda:CreateFunctionUrlConfig", "lambda:CreateAlias"),
        against=EITHER,
        documents=("guard-functions.urls",),
        how="The URLs of all aliases are listed; the other half takes it away",
        attack=_open_another_alias,
    ),
    Technique(
        id="failures-forgotten",
        words="Let failed calls be forgotten",
        rights=("lambda:DeleteFunctionEventInvokeConfig",),
        against=EITHER,
        documents=("guard-functions.failures",),
        how="The other half says again how often a call is tried and where it ends",
        attack=lambda a: a.functions.delete_function_event_invoke_config(
            FunctionName=_function(a).name, Qualifier=LIVE
        ),
    ),
    Technique(
        id="queue-not-read",
        words="Let nobody read the queue of alerts",
        rights=("lambda:UpdateEventSourceMapping",),
        documents=_MAPPING,
        how="The watcher turns on again what feeds the alert function",
        attack=_remap(Enabled=False),
    ),
    Technique(
        id="queue-filtered",
        words="Filter every alert out before the alert function sees it",
        rights=("lambda:UpdateEventSourceMapping",),
        documents=_MAPPING,
        how="No filter is ours; the watcher takes it off",
        attack=_remap(FilterCriteria={"Filters": [{"Pattern": '{"body": {"nothing": ["x"]}}'}]}),
    ),
    Technique(
        id="queue-feeds-another",
        words="Have the queue of alerts feed a function of the attacker",
        rights=("lambda:UpdateEventSourceMapping",),
        documents=_MAPPING,
        how="The watcher has it feed the alert function again",
        attack=lambda a: a.functions.update_event_source_mapping(
            UUID=_mapping(a), FunctionName=a.own_function
        ),
    ),
    Technique(
        id="queue-feeds-nobody",
        words="Delete what feeds the alert function",
        rights=("lambda:DeleteEventSourceMapping",),
        documents=_MAPPING,
        how="The watcher makes it again",
        attack=lambda a: a.functions.delete_event_source_mapping(UUID=_mapping(a)),
    ),
    Technique(
        id="both-starved",
        words="Reserve no concurrency for both halves at once, before any event arrives",
        rights=("lambda:PutFunctionConcurrency",),
        against=("heal side",),
        ends="told",
        how=(
            "Nothing of Trailkeeper runs any more; the alarm on Lambda's own count of calls takes "
            "the way of last resort, which needs no function"
        ),
        mail=HEAL_UNCALLED,
        seen="alarm",
        heals=False,
        attack=_starve_both,
    ),
)
