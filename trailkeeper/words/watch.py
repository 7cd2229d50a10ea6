"""Texts about the watching itself: CloudWatch alarms, subscriptions that no longer deliver."""

from __future__ import annotations

TEXTS: dict[str, dict[str, str]] = {
    # CloudWatch alarms
    "subject.alarm.alarm": {"en": "Alarm {alarm} went off", "ko": "{alarm} 경보 발생"},
    "subject.alarm.ok": {"en": "Alarm {alarm} is over", "ko": "{alarm} 경보 해제"},
    "subject.alarm.insufficient_data": {
        "en": "Alarm {alarm} has no data",
        "ko": "{alarm} 경보 데이터 부족",
    },
    "story.alarm.alarm": {
        "en": "The CloudWatch alarm {alarm} in {region} went off at {at:time}.",
        "ko": "{region}의 CloudWatch 경보 {alarm:이/가} {at:time}에 경보 상태가 되었습니다.",
    },
    "story.alarm.ok": {
        "en": "The CloudWatch alarm {alarm} in {region} is over since {at:time}.",
        "ko": "{region}의 CloudWatch 경보 {alarm:이/가} {at:time}에 해제되었습니다.",
    },
    "story.alarm.insufficient_data": {
        "en": "The CloudWatch alarm {alarm} in {region} has had no data to judge by since {at:time}.",
        "ko": "{region}의 CloudWatch 경보 {alarm:은/는} {at:time}부터 데이터가 부족합니다.",
    },
    "alarm.means": {"en": "Its meaning: {meaning}", "ko": "의미: {meaning}"},
    "alarm.described": {"en": "Its description says: {meaning}", "ko": "경보 설명: {meaning}"},
    "alarm.next": {
        "en": "Open the alarm and look at the metric around the time it changed.",
        "ko": "경보를 열어 상태가 바뀐 시각 전후의 지표를 확인하세요.",
    },
    "alarm.next_ours": {
        "en": "Trailkeeper itself may not work: run the command below and do what it says.",
        "ko": "Trailkeeper가 동작하지 않을 수 있습니다. 아래 명령을 실행하고 안내에 따르세요.",
    },
    "label.alarm": {"en": "Alarm", "ko": "경보"},
    "label.metric": {"en": "Metric", "ko": "지표"},
    "label.change_of_state": {"en": "State", "ko": "상태"},
    "alarm.change": {"en": "{before} -> {after}", "ko": "{before} -> {after}"},
    # Channels
    "channel.sns": {"en": "The alerts topic", "ko": "알림 주제(이메일)"},
    "channel.slack": {"en": "Slack", "ko": "Slack"},
    "channel.amazon-q": {"en": "Amazon Q's topic", "ko": "Amazon Q 주제"},
    "subject.channel.broken": {
        "en": "{channel} takes no alerts: {why}",
        "ko": "{channel} 알림 전송 불가: {why}",
    },
    "subject.channel.works": {
        "en": "{channel} takes alerts again",
        "ko": "{channel} 알림 전송 복구됨",
    },
    "trouble.secret": {"en": "{code} for {place}", "ko": "{place} 조회 불가({code})"},
    "trouble.silent": {"en": "no answer", "ko": "응답 없음"},
    "trouble.url": {
        "en": "what is kept for it is no address of a Slack webhook",
        "ko": "저장된 값이 Slack 웹훅 주소가 아님",
    },
    "trouble.status": {"en": "its webhook answered {status}", "ko": "웹훅 응답 {status}"},
    "trouble.refused": {"en": "AWS answered {code}", "ko": "AWS 응답 {code}"},
    "trouble.other": {"en": "{error}", "ko": "{error}"},
    "story.channel.broken": {
        "en": "{channel} has taken no alert since {since:time}.",
        "ko": "{channel} 경로로 {since:time}부터 알림이 전달되지 않고 있습니다.",
    },
    "story.channel.others": {
        "en": "What it does not take comes by the other ways, is tried again, and is kept if that does not help.",
        "ko": "전달되지 않은 알림은 다른 경로로 보내며, 다시 시도한 뒤에도 실패하면 보관합니다.",
    },
    "story.channel.works": {
        "en": "An alert came through at {at:time}, after {count:failed try|failed tries} in {duration}.",
        "ko": "{at:time}에 알림이 전달되었습니다. 그전 {duration} 동안 {count}번 실패했습니다.",
    },
    "story.channel.given_up": {
        "en": "What was given up meanwhile is kept, and the command below sends it again.",
        "ko": "그동안 전달하지 못한 알림은 보관되어 있으며, 아래 명령으로 다시 보낼 수 있습니다.",
    },
    "next.channel.webhook": {
        "en": "Look in Slack whether the webhook is still there, make a new one if not, save its URL in webhook-url.txt, and put it where Trailkeeper reads it:",
        "ko": "Slack에서 웹훅이 남아 있는지 확인하고, 없으면 새로 만드세요. URL을 webhook-url.txt에 저장한 뒤 Trailkeeper가 읽는 곳에 넣으세요.",
    },
    "next.channel.webhook.alone": {
        "en": "Look in Slack whether the webhook is still there, make a new one if not, and put its URL where Trailkeeper reads it.",
        "ko": "Slack에서 웹훅이 남아 있는지 확인하고, 없으면 새로 만들어 URL을 Trailkeeper가 읽는 곳에 넣으세요.",
    },
    "next.channel.topic": {
        "en": "Look whether the topic is there and lets the alert function publish. If one of them was changed:",
        "ko": "주제가 있고 알림 함수가 게시할 수 있는지 확인하세요. 변경되었다면:",
    },
    "next.channel.wait": {
        "en": "Nothing to do if it passes: you are told when it works again. If it lasts, look whether the service is down.",
        "ko": "일시적이면 할 일이 없습니다. 다시 전달되면 알려 드립니다. 계속되면 해당 서비스의 장애 여부를 확인하세요.",
    },
    "next.channel.redrive": {
        "en": "Then send again what was given up meanwhile:",
        "ko": "그런 다음, 그동안 전달하지 못한 알림을 다시 보내세요.",
    },
    "label.kept_at": {"en": "URL kept at", "ko": "URL 보관 위치"},
    # Log files
    "subject.log_file": {
        "en": "A log file cannot be read",
        "ko": "읽을 수 없는 로그 파일",
    },
    "log_file.story": {
        "en": "CloudTrail delivered a log file, and Trailkeeper could not read it: {why}.",
        "ko": "CloudTrail이 전달한 로그 파일을 Trailkeeper가 읽지 못했습니다({why}).",
    },
    "log_file.count": {
        "en": "Its records are not counted; others of the same kind are not told again within this hour.",
        "ko": "이 파일의 레코드는 집계되지 않았습니다. 같은 사유의 다른 파일은 이 시간 동안 다시 알리지 않습니다.",
    },
    "log_file.next": {
        "en": "Compare the file with CloudTrail's digest (trailkeeper fetch --verify), and find out who wrote or deleted it.",
        "ko": "trailkeeper fetch --verify 명령으로 CloudTrail 다이제스트와 비교하고, 누가 파일을 쓰거나 삭제했는지 확인하세요.",
    },
    "label.log_file": {"en": "Log file", "ko": "로그 파일"},
    # Subscriptions
    "subject.subscription.pending": {
        "en": "{endpoint} gets no alerts, never confirmed",
        "ko": "{endpoint} 알림 수신 불가(구독 미확인)",
    },
    "subject.subscription.missing": {
        "en": "{endpoint} gets no alerts, subscription gone",
        "ko": "{endpoint} 알림 수신 불가(구독 없음)",
    },
    "subject.subscription.filtered": {
        "en": "{endpoint} gets only some alerts",
        "ko": "{endpoint} 일부 알림만 수신",
    },
    "subscription.pending": {
        "en": "The subscription of {endpoint} was never confirmed, so no alert of Trailkeeper goes there.",
        "ko": "{endpoint} 주소의 구독이 확인되지 않아 Trailkeeper 알림이 전달되지 않습니다.",
    },
    "subscription.missing": {
        "en": "The subscription of {endpoint} is gone, so no alert of Trailkeeper goes there.",
        "ko": "{endpoint} 주소의 구독이 없어져 Trailkeeper 알림이 전달되지 않습니다.",
    },
    "subscription.filtered": {
        "en": "Somebody put a filter on the subscription of {endpoint}, so some alerts do not go there.",
        "ko": "{endpoint} 주소의 구독에 필터가 설정되어 일부 알림이 전달되지 않습니다.",
    },
    "subscription.next_pending": {
        "en": 'Open the mail "AWS Notification - Subscription Confirmation" and confirm. AWS removes '
        "what nobody confirms after some days: then subscribe the address again by the command below.",
        "ko": '"AWS Notification - Subscription Confirmation" 메일을 열어 확인하세요. 며칠 동안 확인하지 '
        "않으면 AWS가 구독을 삭제하므로, 그때는 아래 명령으로 다시 등록하세요.",
    },
    "subscription.next_pending.alone": {
        "en": 'Open the mail "AWS Notification - Subscription Confirmation" and confirm. AWS removes '
        "what nobody confirms after some days: then subscribe the address again.",
        "ko": '"AWS Notification - Subscription Confirmation" 메일을 열어 확인하세요. 며칠 동안 확인하지 '
        "않으면 AWS가 구독을 삭제하므로, 그때는 다시 등록하세요.",
    },
    "subscription.next_missing": {
        "en": "Subscribe the address by the command below (a deploy does not), and find out who removed it.",
        "ko": "아래 명령으로 해당 주소의 구독을 다시 등록하고(배포로는 복구되지 않습니다), 누가 삭제했는지 확인하세요.",
    },
    "subscription.next_missing.alone": {
        "en": "Subscribe the address again (a deploy does not), and find out who removed it.",
        "ko": "해당 주소의 구독을 다시 등록하고(배포로는 복구되지 않습니다), 누가 삭제했는지 확인하세요.",
    },
    "subscription.next_filtered": {
        "en": "Remove the filter policy of the subscription, and find out who set it.",
        "ko": "구독의 필터 정책을 제거하고, 누가 설정했는지 확인하세요.",
    },
    "label.topic": {"en": "Topic", "ko": "주제"},
    "label.filter": {"en": "Filter", "ko": "필터"},
    # The Slack webhook
    "subject.webhook": {"en": "Slack webhook changed", "ko": "Slack 웹후크 변경"},
    "story.webhook": {
        "en": "The URL of the Slack webhook that is kept at {name} is another one than before.",
        "ko": "{name}에 보관된 Slack 웹후크 URL이 이전과 다릅니다.",
    },
    "story.webhook_slack": {
        "en": "Messages go to the new one, if it is one of Slack's: perhaps to a channel of somebody else.",
        "ko": "새 URL이 Slack의 것이면 메시지는 그곳으로 전송됩니다. 다른 사람의 채널일 수 있습니다.",
    },
    "next.webhook": {
        "en": "Ask who changed it: the command below lists the calls that can have. If nobody of you did, put the old URL back and revoke the access of whoever did.",
        "ko": "누가 변경했는지 확인하세요. 아래 명령으로 가능한 호출을 볼 수 있습니다. 담당자의 변경이 아니면 이전 URL로 되돌리고 수행자의 접근을 차단하세요.",
    },
    "next.webhook.alone": {
        "en": "Ask who changed it. If nobody of you did, put the old URL back and revoke the access of whoever did.",
        "ko": "누가 변경했는지 확인하세요. 담당자의 변경이 아니면 이전 URL로 되돌리고 수행자의 접근을 차단하세요.",
    },
    # The state table
    "subject.state_item": {
        "en": "Strange item in the state table, passed over",
        "ko": "상태 테이블에 알 수 없는 항목, 무시함",
    },
    "story.state_item": {
        "en": "The table {table} holds an item that Trailkeeper cannot have written. It decided nothing: Trailkeeper went on as if it were not there.",
        "ko": "{table} 테이블에 Trailkeeper가 쓸 수 없는 항목이 있습니다. 없는 것으로 처리했으며 아무 영향도 없었습니다.",
    },
    "next.state_item": {
        "en": "Find out who may write to {table}: only the two functions should. Writes of items are in no event history; changes of the table's policy are.",
        "ko": "{table}에 쓸 수 있는 주체를 확인하세요. 두 함수만 쓸 수 있어야 합니다. 항목 쓰기는 이벤트 기록에 없지만 테이블 정책 변경은 남습니다.",
    },
    "label.item": {"en": "Item", "ko": "항목"},
}
