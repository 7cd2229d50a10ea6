"""Texts about log files that somebody deleted, as S3 tells of them."""

from __future__ import annotations

TEXTS: dict[str, dict[str, str]] = {
    "subject.deletions.lost": {
        "en": "{count:log file|log files} deleted for good",
        "ko": "로그 파일 {count}개 영구 삭제됨",
    },
    "subject.deletions.hidden": {
        "en": "{count:log file|log files} deleted",
        "ko": "로그 파일 {count}개 삭제됨",
    },
    "result.nothing_lost": {"en": "nothing lost", "ko": "유실 없음"},
    "story.deletions.lost": {
        "en": "S3 told of {count:version of a log file that is|versions of log files that are} deleted for good, {when}. It tells the same of a delete marker that was taken away, which brings a file back.",
        "ko": "S3가 {when} 로그 파일 버전 {count}개가 영구 삭제되었다고 알렸습니다. 삭제 마커를 제거해 파일을 되살린 경우에도 S3는 똑같이 알립니다.",
    },
    "story.deletions.hidden": {
        "en": "S3 told of {count:log file|log files} that somebody deleted without naming a version, {when}. Only a delete marker hides each of them: its versions are still there, until the life cycle removes what is hidden for long.",
        "ko": "S3가 {when} 로그 파일 {count}개가 버전 지정 없이 삭제되었다고 알렸습니다. 삭제 마커로 가려졌을 뿐 이전 버전은 그대로 있으며, 오래 가려져 있으면 수명 주기 규칙이 제거합니다.",
    },
    "story.deletions.hidden_too": {
        "en": "{count:file more has|files more have} only a delete marker, behind which the versions are still there.",
        "ko": "이 밖에 파일 {count}개는 삭제 마커만 생겼고 이전 버전은 그대로 있습니다.",
    },
    "next.deletions.who": {
        "en": "Find out who it was: S3 names no person, but the bucket's access log does, mostly within some hours. This lists that day's files; look for DELETE.OBJECT in them:",
        "ko": "누가 삭제했는지 확인하세요. S3 이벤트에는 사용자가 없지만, 버킷의 액세스 로그에는 보통 몇 시간 안에 기록됩니다. 그날의 로그 파일 목록을 보고, 파일에서 DELETE.OBJECT를 찾아보세요:",
    },
    "next.deletions.who.alone": {
        "en": "Find out who it was: S3 names no person, but the bucket's access log does, mostly within some hours. Look for DELETE.OBJECT in that day's files.",
        "ko": "누가 삭제했는지 확인하세요. S3 이벤트에는 사용자가 없지만, 버킷의 액세스 로그에는 보통 몇 시간 안에 기록됩니다. 그날의 로그 파일에서 DELETE.OBJECT를 찾아보세요.",
    },
    "next.deletions.hidden": {
        "en": "Delete the delete markers, and the files are back. This lists them:",
        "ko": "삭제 마커를 삭제하면 파일이 돌아옵니다. 마커 목록 보기:",
    },
    "next.deletions.hidden.alone": {
        "en": "Delete the delete markers, and the files are back.",
        "ko": "삭제 마커를 삭제하면 파일이 돌아옵니다.",
    },
    "next.deletions.lost": {
        "en": "What is deleted for good does not come back. Search the log group {log_group}: as long as it keeps them, it has the same events.",
        "ko": "영구 삭제된 파일은 되돌릴 수 없습니다. {log_group} 로그 그룹에서 검색하세요. 보존 기간 안이면 같은 이벤트가 남아 있습니다.",
    },
    "deletions.at": {"en": "at {at:time}", "ko": "{at:time}에"},
    "deletions.span": {
        "en": "from {first} to {last:time}",
        "ko": "{first}부터 {last:time}까지",
    },
    "deletions.some_time": {"en": "at a time that it does not say", "ko": "시각 정보 없이"},
    "deletions.own": {
        "en": "somebody of this account ({name}), {count:deletion|deletions}",
        "ko": "이 계정({name})의 누군가, {count}건",
    },
    "deletions.requester": {
        "en": "{name}, {count:deletion|deletions}",
        "ko": "{name}, {count}건",
    },
    "deletions.lost": {"en": "{count} for good", "ko": "영구 삭제 {count}건"},
    "deletions.hidden": {
        "en": "{count} by a delete marker",
        "ko": "삭제 마커 {count}건",
    },
    "deletions.more": {"en": "{count} more", "ko": "그 밖 {count}건"},
    "label.deleted": {"en": "Deleted", "ko": "삭제"},
    "label.file": {"en": "File", "ko": "파일"},
    "label.bucket": {"en": "Bucket", "ko": "버킷"},
}
