""" "Not yet" is said only of an error about what this run wrote; everything else is a no."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from trailkeeper.reconcile.not_yet import is_not_yet

KEY, BUCKET = "evidence-key", "log-bucket"
GUARDS = ("logging", "trail", BUCKET, KEY, "log-group", "delivery-role")
# By code: the guards that may have written what the error is about, and a message of it.
ABOUT = {
    "InvalidCloudWatchLogsRoleArnException": (
        {"delivery-role", "log-group"},
        "Access denied. Verify in IAM that the role has adequate permissions.",
    ),
    "InvalidCloudWatchLogsLogGroupArnException": (
        {"delivery-role", "log-group"},
        "Access denied. Check the permissions for your role.",
    ),
    "InsufficientEncryptionPolicyException": ({KEY, BUCKET}, "Insufficient permissions"),
    "InsufficientS3BucketPolicyException": ({BUCKET}, "Incorrect S3 bucket policy"),
    "S3BucketDoesNotExistException": ({BUCKET}, "S3 bucket does not exist"),
    "KmsException": ({KEY}, "KMS key is not usable"),
    "KmsKeyDisabledException": ({KEY}, "is disabled"),
    "KmsKeyNotFoundException": ({KEY}, "does not exist"),
    "KMSInvalidStateException": ({KEY}, "pending"),
    "DisabledException": ({KEY}, "is disabled"),
}


def error(code: str, message: str | None) -> ClientError:
    said = {} if message is None else {"Message": message}
    return ClientError({"Error": {"Code": code, **said}}, "UpdateTrail")  # type: ignore[typeddict-item]


@pytest.mark.parametrize("guard", GUARDS)
@pytest.mark.parametrize("code", ABOUT)
def test_an_error_is_worth_another_try_if_this_run_wrote_what_it_is_about(
    code: str, guard: str
) -> None:
    about, message = ABOUT[code]

    assert is_not_yet(error(code, message), {guard}) is (guard in about)
    assert not is_not_yet(error(code, message), set())


@pytest.mark.parametrize(
    "code", ["InvalidCloudWatchLogsRoleArnException", "InvalidCloudWatchLogsLogGroupArnException"]
)
@pytest.mark.parametrize("message", ["You must specify a role ARN as well.", "", None])
def test_a_group_that_is_not_there_stays_away_however_often_it_is_tried(
    code: str, message: str | None
) -> None:
    assert not is_not_yet(error(code, message), GUARDS)


@pytest.mark.parametrize("code", ["AccessDeniedException", "ThrottlingException", ""])
def test_another_error_is_no_doubt(code: str) -> None:
    assert not is_not_yet(error(code, "Access denied"), GUARDS)
