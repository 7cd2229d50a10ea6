"""Log files come from the bucket whole, once, and only those of the span; forgeries are named."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.search import logs
from trailkeeper.cli.__main__ import main
from trailkeeper.search.errors import SearchError
from trailkeeper.search.fetching.download import fetch as download
from trailkeeper.search.fetching.download import local_path
from trailkeeper.search.fetching.listing import Bucket, Stored
from trailkeeper.search.fetching.public_keys import PublicKeys
from trailkeeper.search.fetching.verify import Report, verify
from trailkeeper.search.question import Question

NAME = "the-log-bucket"
KEY = rsa.generate_private_key(65537, 2048)
OTHER_KEY = rsa.generate_private_key(65537, 2048)
FINGERPRINT = "31e8b5433410dfb61a9dc45cc65b22ff"
MARCH_2 = Question.of(
    since=datetime(2026, 3, 2, tzinfo=UTC), until=datetime(2026, 3, 3, tzinfo=UTC)
)


@pytest.fixture
def bucket(moto: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> Any:
    moto()
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    client = boto3.client("s3", region_name="us-east-1")
    client.create_bucket(Bucket=NAME)
    for each in logs.ALL:
        put(client, key_of(each), gzip.compress(logs.text(each), mtime=0))
    return client


def put(client: Any, key: str, content: bytes, **settings: Any) -> None:
    client.put_object(Bucket=NAME, Key=key, Body=content, **settings)


def key_of(record: dict[str, Any]) -> str:
    return logs.place(Path(), record).as_posix()


def fetch(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["fetch", "--bucket", NAME, *map(str, arguments)])


def on_disk(folder: Path) -> set[str]:
    return {each.relative_to(folder).as_posix() for each in folder.rglob("*") if each.is_file()}


def test_the_files_of_a_span_and_no_others(bucket: Any, tmp_path: Path) -> None:
    result = fetch("--to", tmp_path, "--since", "2026-03-02", "--until", "2026-03-02")

    # What is delivered up to two hours late belongs to the span; the login is of midnight.
    assert on_disk(tmp_path) == {key_of(each) for each in (logs.DENIED, logs.MISSING, logs.LOGIN)}
    assert (result.exit_code, result.stdout.split(",")[0]) == (0, "3 files (0.0 MB) fetched")


@pytest.mark.parametrize(
    ("option", "value", "found"),
    [
        ("--region", "us-*", [logs.MISSING, logs.LOGIN]),
        ("--account", logs.OTHER, [logs.SCALING]),
    ],
)
def test_only_of_a_place(
    bucket: Any, tmp_path: Path, option: str, value: str, found: list[dict[str, Any]]
) -> None:
    fetch("--to", tmp_path, "--since", "2026-03-01", option, value)

    assert on_disk(tmp_path) == {key_of(each) for each in found}


def test_a_second_time_fetches_nothing_and_what_is_cut_again(bucket: Any, tmp_path: Path) -> None:
    fetch("--to", tmp_path, "--since", "2026-03-01")
    whole = tmp_path / key_of(logs.STOP)
    content = whole.read_bytes()
    os.truncate(whole, 10)

    again = fetch("--to", tmp_path, "--since", "2026-03-01")

    assert again.stdout == "1 files (0.0 MB) fetched, 6 were there.\n"
    assert whole.read_bytes() == content


def test_of_an_organization_and_below_a_prefix(bucket: Any, tmp_path: Path) -> None:
    key = "trails/" + key_of(logs.STOP).replace("AWSLogs/", "AWSLogs/o-abc123/")
    put(bucket, key, b"x")

    fetch("--to", tmp_path, "--since", "2026-03-01", "--prefix", "trails")

    assert on_disk(tmp_path) == {key}


def test_a_file_that_comes_short_is_not_kept(bucket: Any, tmp_path: Path) -> None:
    """As when it is exchanged between the listing and the download, or the connection ends."""
    listed = Stored(key_of(logs.STOP), 99_999)

    (fetched,) = download(Bucket(bucket, NAME), [listed], tmp_path)

    assert "where the bucket has 99,999" in fetched.problem
    assert on_disk(tmp_path) == set()


def test_a_span_without_files(bucket: Any, tmp_path: Path) -> None:
    result = fetch("--to", tmp_path, "--since", "2025-01-01", "--until", "2025-01-02")

    assert (result.exit_code, on_disk(tmp_path)) == (1, set())
    assert "has no log files of this span" in result.stderr


def test_a_bucket_that_is_not_there(bucket: Any, tmp_path: Path) -> None:
    result = CliRunner().invoke(
        main, ["fetch", "--bucket", "nobodys", "--to", str(tmp_path), "--since", "1d"]
    )

    assert (result.exit_code, result.stderr) == (
        2,
        "Error: It is not there: the bucket nobodys.\n",
    )


def test_the_missing_right_is_named(tmp_path: Path) -> None:
    client = boto3.client("s3", region_name="us-east-1")
    with Stubber(client) as stub:
        stub.add_client_error("list_objects_v2", "AccessDenied")
        with pytest.raises(SearchError, match=r"s3:ListBucket"):
            list(Bucket(client, NAME).objects(Question(), "CloudTrail"))


@pytest.mark.parametrize("key", ["../x", "a/../../x", "/etc/x", "a//b", "a/./b", "a\\..\\b"])
def test_keys_that_lead_out_of_the_folder(tmp_path: Path, key: str) -> None:
    with pytest.raises(SearchError, match="leads out"):
        local_path(tmp_path, key)


class Chain:
    """Digest files as CloudTrail writes them, signed with a key of ours."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.previous: dict[str, Any] = {}

    def digest(
        self,
        end: str,
        *records: dict[str, Any],
        key: rsa.RSAPrivateKey = KEY,
        stored: bool = True,
        **changes: Any,
    ) -> str:
        stamp = end.replace("-", "").replace(":", "")
        place = (
            f"AWSLogs/{logs.ACCOUNT}/CloudTrail-Digest/eu-central-1/{end[:10].replace('-', '/')}"
        )
        name = (
            f"{place}/{logs.ACCOUNT}_CloudTrail-Digest_eu-central-1_trail_eu-central-1_"
            f"{stamp}.json.gz"
        )
        content = json.dumps(
            {
                "awsAccountId": logs.ACCOUNT,
                "digestStartTime": end,
                "digestEndTime": end,
                "digestS3Bucket": NAME,
                "digestS3Object": name,
                "digestPublicKeyFingerprint": FINGERPRINT,
                "digestSignatureAlgorithm": "SHA256withRSA",
                "previousDigestS3Object": self.previous.get("key"),
                "previousDigestHashValue": self.previous.get("hash"),
                "previousDigestSignature": self.previous.get("signature"),
                "logFiles": [
                    {
                        "s3Bucket": NAME,
                        "s3Object": key_of(each),
                        "hashValue": hashlib.sha256(logs.text(each)).hexdigest(),
                        "hashAlgorithm": "SHA-256",
                    }
                    for each in records
                ],
                **changes,
            }
        ).encode()
        said = json.loads(content)
        sha256 = hashlib.sha256(content).hexdigest()
        signed = "\n".join(
            (end, f"{NAME}/{name}", sha256, said["previousDigestSignature"] or "null")
        )
        signature = key.sign(signed.encode(), PKCS1v15(), SHA256()).hex()
        if stored:
            metadata = {"signature": signature, "signature-algorithm": "SHA256withRSA"}
            put(self.client, name, gzip.compress(content), Metadata=metadata)
        self.previous = {"key": name, "hash": sha256, "signature": signature}
        return name


def published(region: str, start: str, end: str) -> dict[str, bytes]:
    assert region == "eu-central-1"
    return {FINGERPRINT: KEY.public_key().public_bytes(Encoding.DER, PublicFormat.PKCS1)}


def checked(client: Any, folder: Path, question: Question) -> Report:
    source = Bucket(client, NAME)
    fetched = [each.key for each in source.objects(question, "CloudTrail")]
    for key in fetched:
        path = folder / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(client.get_object(Bucket=NAME, Key=key)["Body"].read())
    return verify(source, question, fetched, folder, published)


FRANKFURT = Question.of(regions=["eu-central-1"], accounts=[logs.ACCOUNT])
EVERY = (logs.LAUNCH, logs.STOP, logs.DENIED, logs.LOOKUP)


def test_genuine_files(bucket: Any, tmp_path: Path) -> None:
    chain = Chain(bucket)
    chain.digest("2026-03-01T12:00:00Z", logs.LAUNCH, logs.STOP)
    chain.digest("2026-03-02T12:00:00Z", logs.DENIED)
    chain.digest("2026-03-03T12:00:00Z", logs.LOOKUP)

    report = checked(bucket, tmp_path, FRANKFURT)

    assert (report.genuine, report.digests, report.in_order) == (4, 3, True)


def test_an_altered_and_a_missing_file(bucket: Any, tmp_path: Path) -> None:
    Chain(bucket).digest("2026-03-01T12:00:00Z", *EVERY)
    put(bucket, key_of(logs.STOP), gzip.compress(logs.text(logs.LAUNCH)))
    bucket.delete_object(Bucket=NAME, Key=key_of(logs.DENIED))

    report = checked(bucket, tmp_path, FRANKFURT)

    assert report.genuine == 2
    assert [key for key, _ in report.altered] == [key_of(logs.STOP)]
    assert [key for key, _ in report.missing] == [key_of(logs.DENIED)]
    assert report.unverifiable == []


def test_a_forged_digest_vouches_for_nothing(bucket: Any, tmp_path: Path) -> None:
    forged = Chain(bucket).digest("2026-03-01T12:00:00Z", *EVERY, key=OTHER_KEY)

    report = checked(bucket, tmp_path, FRANKFURT)

    assert report.genuine == 0
    assert report.altered == [(forged, "its signature is not that of CloudTrail")]
    assert {key for key, _ in report.unverifiable} == {key_of(each) for each in EVERY}


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"digestS3Object": "elsewhere"}, "it was written for another place and copied here"),
        ({"digestSignatureAlgorithm": "none"}, "its signature is of kind 'none'"),
        ({"logFiles": 5}, "it is no digest file"),
    ],
)
def test_digests_that_are_none(
    bucket: Any, tmp_path: Path, changes: dict[str, Any], why: str
) -> None:
    name = Chain(bucket).digest("2026-03-01T12:00:00Z", *EVERY, **changes)

    assert checked(bucket, tmp_path, FRANKFURT).altered == [(name, why)]


def test_a_digest_that_was_taken_out_of_the_chain(bucket: Any, tmp_path: Path) -> None:
    chain = Chain(bucket)
    chain.digest("2026-03-01T12:00:00Z", logs.LAUNCH, logs.STOP)
    gone = chain.digest("2026-03-02T12:00:00Z", logs.DENIED, stored=False)
    chain.digest("2026-03-03T12:00:00Z", logs.LOOKUP)

    report = checked(bucket, tmp_path, FRANKFURT)

    assert report.missing == [(gone, "a digest file that the next one names")]
    assert [key for key, _ in report.unverifiable] == [key_of(logs.DENIED)]
    assert report.genuine == 3


def test_a_digest_that_was_exchanged(bucket: Any, tmp_path: Path) -> None:
    chain = Chain(bucket)
    first = chain.digest("2026-03-01T12:00:00Z", logs.LAUNCH, logs.STOP)
    chain.digest("2026-03-02T12:00:00Z", logs.DENIED, logs.LOOKUP)
    Chain(bucket).digest("2026-03-01T12:00:00Z", logs.LAUNCH)

    report = checked(bucket, tmp_path, FRANKFURT)

    assert report.altered == [(first, "the next digest file knows another content of it")]


def test_a_gap_in_which_nothing_was_logged(bucket: Any, tmp_path: Path) -> None:
    Chain(bucket).digest("2026-03-01T12:00:00Z", logs.LAUNCH, logs.STOP)
    second = Chain(bucket).digest("2026-03-03T12:00:00Z", logs.DENIED, logs.LOOKUP)

    ((key, why),) = checked(bucket, tmp_path, FRANKFURT).unverifiable

    assert (key, "logging was off" in why) == (second, True)


def test_public_keys_are_asked_of_the_region_of_the_digest() -> None:
    client = boto3.client("cloudtrail", region_name="eu-central-1")
    asked: list[str] = []
    with Stubber(client) as stub:
        stub.add_response(
            "list_public_keys",
            {"PublicKeyList": [{"Value": b"der", "Fingerprint": FINGERPRINT}]},
            {
                "StartTime": datetime(2026, 3, 1, 10, tzinfo=UTC),
                "EndTime": datetime(2026, 3, 1, 13, tzinfo=UTC),
            },
        )
        keys = PublicKeys(lambda region: asked.append(region) or client)  # type: ignore[func-returns-value]
        found = keys("eu-central-1", "2026-03-01T11:00:00Z", "2026-03-01T12:00:00Z")

    assert (asked, found) == (["eu-central-1"], {FINGERPRINT: b"der"})
