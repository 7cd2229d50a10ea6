"""Reads answers of AWS services with their models."""

from __future__ import annotations

from botocore.model import StructureShape
from botocore.parsers import ResponseParserError, create_parser

from embedded.server.wire import Answer, Call, Failure, Parameters, UnreadableError


def read_output(call: Call, answer: Answer) -> Parameters:
    """What a successful answer says, in the API's own names.

    Raises UnreadableError when it is not what the model describes.
    """
    parsed = _parse(call, answer)
    return {name: value for name, value in parsed.items() if name != "ResponseMetadata"}


def read_failure(call: Call, answer: Answer) -> Failure:
    """What an error answer says; its HTTP status stands in for a code that is missing."""
    try:
        error = _parse(call, answer).get("Error", {})
    except UnreadableError:
        error = {}
    code = str(error.get("Code") or answer.status).rsplit("#", 1)[-1]
    return Failure(code, str(error.get("Message") or ""))


def _parse(call: Call, answer: Answer) -> Parameters:
    if answer.body is None:
        raise UnreadableError("the answer's body was not kept")
    response = {
        "body": answer.body,
        "headers": dict(answer.headers),
        "status_code": answer.status,
        "context": {"operation_name": call.name},
    }
    shape = call.operation.output_shape or StructureShape("Nothing", {"type": "structure"})
    try:
        parsed = create_parser(call.protocol).parse(response, shape)
    except (ResponseParserError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnreadableError(str(error)) from error
    return dict(parsed)
