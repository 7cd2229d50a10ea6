"""One digest file: what it says of log files and of the digest before it, and its signature.

CloudTrail User Guide, "CloudTrail digest file structure" and "Custom implementations of CloudTrail
log file integrity validation": hashes are SHA-256 of the uncompressed content; what is signed is
end time, path, hash and the signature before, a line each; the signature is in the metadata.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from dataclasses import dataclass
from typing import Any


class DigestError(ValueError):
    """When a digest file is not what CloudTrail writes, or was not signed by it."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A log file as a digest knows it."""

    key: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Digest:
    """A digest file of one hour of one region."""

    key: str
    sha256: str
    signature: str
    signed: bytes
    fingerprint: str
    start: str
    end: str
    previous_key: str
    previous_sha256: str
    previous_signature: str
    files: tuple[Listed, ...]

    @classmethod
    def parse(cls, bucket: str, key: str, content: bytes, metadata: dict[str, str]) -> Digest:
        """Read a digest file, compressed as it is stored, with the metadata of the object.

        Raises:
            DigestError: it is no digest file, or one of another place that was copied here.
        """
        try:
            plain = zlib.decompress(content, 31)
            said: dict[str, Any] = json.loads(plain)
            if (said["digestS3Bucket"], said["digestS3Object"]) != (bucket, key):
                raise DigestError("it was written for another place and copied here")
            if said["digestSignatureAlgorithm"] != "SHA256withRSA":
                raise DigestError(f"its signature is of kind {said['digestSignatureAlgorithm']!r}")
            sha256 = hashlib.sha256(plain).hexdigest()
            previous = said["previousDigestSignature"]
            signed = "\n".join(
                (said["digestEndTime"], f"{bucket}/{key}", sha256, previous or "null")
            )
            return cls(
                key=key,
                sha256=sha256,
                signature=metadata.get("signature", ""),
                signed=signed.encode(),
                fingerprint=said["digestPublicKeyFingerprint"],
                start=said["digestStartTime"],
                end=said["digestEndTime"],
                previous_key=said.get("previousDigestS3Object") or "",
                previous_sha256=said.get("previousDigestHashValue") or "",
                previous_signature=previous or "",
                files=tuple(
                    Listed(each["s3Object"], each["hashValue"]) for each in said["logFiles"]
                ),
            )
        except DigestError:
            raise
        except (zlib.error, ValueError, KeyError, TypeError) as error:
            raise DigestError("it is no digest file") from error

    def check_signature(self, public_key: bytes) -> None:
        """Check the signature with a key (PKCS #1, DER) that CloudTrail published.

        Raises:
            DigestError: it was not made with the private half of this key, for this content.
        """
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
        from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.serialization import load_der_public_key

        try:
            key = load_der_public_key(public_key)
            signature = bytes.fromhex(self.signature)
        except ValueError as error:
            raise DigestError("its signature or the public key cannot be read") from error
        if not isinstance(key, RSAPublicKey):
            raise DigestError("the public key is not of the kind that CloudTrail uses")
        try:
            key.verify(signature, self.signed, PKCS1v15(), SHA256())
        except InvalidSignature as error:
            raise DigestError("its signature is not that of CloudTrail") from error


def hash_of(content: bytes) -> str:
    """The hash of a log file as digests have it, from its compressed bytes.

    Raises:
        DigestError: it is not gzip.
    """
    try:
        return hashlib.sha256(zlib.decompress(content, 31)).hexdigest()
    except zlib.error as error:
        raise DigestError("it is no gzip file any more") from error
