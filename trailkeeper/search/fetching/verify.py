"""Whether log files are those that CloudTrail delivered: missing, altered or not to be verified.

A digest is believed when its signature is CloudTrail's, and it is linked to the one before it by
that one's hash and signature. A log file is believed when a believed digest has its hash.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from trailkeeper.search.fetching.digest import Digest, DigestError, hash_of
from trailkeeper.search.fetching.download import local_path
from trailkeeper.search.fetching.listing import (
    DIGESTS,
    Bucket,
    Stored,
    delivered_digest,
    refused,
)
from trailkeeper.search.question import Question

# The public keys of a region that were valid in a span of times, by fingerprint.
Keys = Callable[[str, str, str], dict[str, bytes]]


@dataclass(slots=True)
class Report:
    """What was found; every problem is a key and what is wrong with it."""

    genuine: int = 0
    digests: int = 0
    missing: list[tuple[str, str]] = field(default_factory=list)
    altered: list[tuple[str, str]] = field(default_factory=list)
    unverifiable: list[tuple[str, str]] = field(default_factory=list)

    @property
    def in_order(self) -> bool:
        """Whether every file is genuine and none is missing."""
        return not (self.missing or self.altered or self.unverifiable)


def verify(
    bucket: Bucket, question: Question, fetched: Iterable[str], folder: Path, keys: Keys
) -> Report:
    """Check the log files of a question, fetched to their keys under `folder`.

    Raises:
        SearchError: the bucket or the public keys cannot be read.
    """
    report = Report()
    covered: set[str] = set()
    for chain in _chains(bucket.objects(question, DIGESTS)).values():
        for digest, trusted in _believed(bucket, chain, keys, report):
            for each in digest.files:
                if not bucket.wants(each.key, question):
                    continue
                covered.add(each.key)
                if not trusted:
                    report.unverifiable.append((each.key, f"its digest {digest.key} is not valid"))
                else:
                    _check_file(each.key, each.sha256, folder, report)
    report.unverifiable.extend(
        (key, "no digest file lists it (they come every hour, when validation is on)")
        for key in sorted(set(fetched) - covered)
    )
    return report


def _chains(digests: Iterable[Stored]) -> dict[str, list[str]]:
    """The digests of each account, region and trail, oldest first."""
    chains: dict[str, list[str]] = defaultdict(list)
    for each in digests:
        name = each.key.rpartition("/")[2]
        chains[name.rpartition("_")[0]].append(each.key)
    for chain in chains.values():
        chain.sort(key=delivered_digest)
    return chains


def _believed(
    bucket: Bucket, chain: list[str], keys: Keys, report: Report
) -> Iterator[tuple[Digest, bool]]:
    """The digests of a chain, and whether each is believed."""
    before: Digest | None = None
    published: dict[str, bytes] = {}
    region = chain[0].split("/CloudTrail-Digest/")[1].split("/")[0]
    for key in chain:
        try:
            digest = _read(bucket, key)
        except DigestError as error:
            report.altered.append((key, str(error)))
            before = None
            continue
        if digest.fingerprint not in published:
            published |= keys(region, digest.start, digest.end)
        report.digests += 1
        yield digest, _is_valid(digest, before, published, report)
        before = digest


def _read(bucket: Bucket, key: str) -> Digest:
    with refused(f"s3://{bucket.name}/{key}"):
        answer = bucket.client.get_object(Bucket=bucket.name, Key=key)
        content = answer["Body"].read()
    return Digest.parse(bucket.name, key, content, answer.get("Metadata", {}))


def _is_valid(
    digest: Digest, before: Digest | None, published: dict[str, bytes], report: Report
) -> bool:
    if digest.fingerprint not in published:
        why = f"CloudTrail published no key with its fingerprint {digest.fingerprint}"
        report.unverifiable.append((digest.key, why))
        return False
    try:
        digest.check_signature(published[digest.fingerprint])
    except DigestError as error:
        report.altered.append((digest.key, str(error)))
        return False
    if before is None:
        return True
    if not digest.previous_key:
        why = f"nothing is known between {before.end} and {digest.start}: logging was off, or lost"
        report.unverifiable.append((digest.key, why))
    elif digest.previous_key != before.key:
        report.missing.append((digest.previous_key, "a digest file that the next one names"))
    elif (digest.previous_sha256, digest.previous_signature) != (before.sha256, before.signature):
        report.altered.append((before.key, "the next digest file knows another content of it"))
    return True


def _check_file(key: str, sha256: str, folder: Path, report: Report) -> None:
    path = local_path(folder, key)
    try:
        found = hash_of(path.read_bytes())
    except FileNotFoundError:
        report.missing.append((key, "the digest file lists it, but it is not in the bucket"))
        return
    except DigestError as error:
        report.altered.append((key, str(error)))
        return
    if found != sha256:
        report.altered.append((key, "its content is not what CloudTrail delivered"))
    else:
        report.genuine += 1
