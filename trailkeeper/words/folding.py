"""What is counted together, as it is too much to tell of each."""

from __future__ import annotations

TEXTS = {
    "subject.folded": {"en": "{count} more: {what}", "ko": "{count}건 더: {what}"},
    "subject.folded.calls": {
        "en": "{count} more calls that changed nothing",
        "ko": "변경 없는 호출 {count}건 더",
    },
    "subject.folded.claims": {
        "en": "{count} more calls of which nothing was put back",
        "ko": "되돌리지 않은 호출 {count}건 더",
    },
    "subject.folded.stops": {
        "en": "{count} more events about stops of the trail",
        "ko": "추적 중지에 관한 이벤트 {count}건 더",
    },
    "subject.folded.guard": {
        "en": "{count} more calls about Trailkeeper, nothing differs",
        "ko": "Trailkeeper 대상 호출 {count}건 더(달라진 것 없음)",
    },
    "subject.folded.put-back": {
        "en": "{count} more calls against Trailkeeper, each put back",
        "ko": "Trailkeeper 대상 호출 {count}건 더(모두 복구)",
    },
    "story.folded.calls.one": {
        "en": "The same principal made {count:more such call|more such calls} that changed nothing; this is one of them.",
        "ko": "같은 보안 주체가 아무것도 바꾸지 않은 호출을 {count}번 더 했습니다. 다음은 그중 하나입니다.",
    },
    "story.folded.calls.all": {
        "en": "Events name {principals} for {count:more call|more calls} that changed nothing; this is one of them. Somebody may be making noise: look at what else happened.",
        "ko": "이벤트에 따르면 {principals:이/가} 아무것도 바꾸지 않은 호출을 {count}번 더 했습니다. 다음은 그중 하나입니다. 누군가 소음을 만드는 것일 수 있으니 다른 활동도 확인하세요.",
    },
    "story.folded.claims.one": {
        "en": "Events name the same principal for {count:more call|more calls} of which Trailkeeper put nothing back; this is one of them.",
        "ko": "이벤트에 따르면 같은 보안 주체가 Trailkeeper가 되돌리지 않은 호출을 {count}번 더 했습니다. 다음은 그중 하나입니다.",
    },
    "story.folded.claims.all": {
        "en": "Events name {principals} for {count:more call|more calls} of which Trailkeeper put nothing back; this is one of them. Somebody may be making noise: look at what else happened.",
        "ko": "이벤트에 따르면 {principals:이/가} Trailkeeper가 되돌리지 않은 호출을 {count}번 더 했습니다. 다음은 그중 하나입니다. 누군가 소음을 만드는 것일 수 있으니 다른 활동도 확인하세요.",
    },
    "story.folded.stops.one": {
        "en": "{count:more event names|more events name} the same principal for stops of the trail that were told and healed; this is one of them.",
        "ko": "이미 알리고 복구한 추적 중지에 대해 같은 보안 주체를 가리키는 이벤트가 {count}건 더 있습니다. 다음은 그중 하나입니다.",
    },
    "story.folded.stops.all": {
        "en": "{count:more event names|more events name} {principals} for stops of the trail that were told and healed; this is one of them. Of each stop there is one caller, so somebody may be making the others up: event history has who it was.",
        "ko": "이미 알리고 복구한 추적 중지에 대해 {principals:을/를} 가리키는 이벤트가 {count}건 더 있습니다. 다음은 그중 하나입니다. 중지마다 호출자는 한 명뿐이므로 나머지는 누군가 꾸며 냈을 수 있습니다. 실제 호출자는 이벤트 기록에 있습니다.",
    },
    "story.folded.fights.one": {
        "en": "Events name {count:other|others} who kept stopping the trail, too; this is one of them. Somebody may be making them up.",
        "ko": "추적을 반복해서 중지한 것으로 이벤트에 기록된 보안 주체가 {count}명 더 있습니다. 다음은 그중 하나입니다. 누군가 이벤트를 꾸며 냈을 수 있습니다.",
    },
    "story.folded.fights.all": {
        "en": "Events name {count:other|others} who kept stopping the trail, too; this is one of them. Somebody may be making them up.",
        "ko": "추적을 반복해서 중지한 것으로 이벤트에 기록된 보안 주체가 {count}명 더 있습니다. 다음은 그중 하나입니다. 누군가 이벤트를 꾸며 냈을 수 있습니다.",
    },
    "story.folded.guard.one": {
        "en": "The same principal made {count:more such call|more such calls}, which ended as this one did; this is one of them.",
        "ko": "같은 보안 주체가 같은 호출을 {count}번 더 했고 결과도 같았습니다. 다음은 그중 하나입니다.",
    },
    "story.folded.guard.all": {
        "en": "Events name {principals} for {count:more call|more calls} after which nothing of Trailkeeper was found to differ; this is one of them. Somebody may be making noise: look at what else happened.",
        "ko": "이벤트에 따르면 {principals:이/가} 호출을 {count}번 더 했지만 Trailkeeper에서 달라진 것은 없었습니다. 다음은 그중 하나입니다. 누군가 소음을 만드는 것일 수 있으니 다른 활동도 확인하세요.",
    },
    "story.folded.put-back.one": {
        "en": "The same principal made {count:more such call|more such calls}, which ended as this one did; this is one of them.",
        "ko": "같은 보안 주체가 같은 호출을 {count}번 더 했고 결과도 같았습니다. 다음은 그중 하나입니다.",
    },
    "story.folded.put-back.all": {
        "en": "Events name {principals} for {count:more call|more calls} against Trailkeeper, after each of which what differed was put back; this is one of them.",
        "ko": "이벤트에 따르면 {principals:이/가} Trailkeeper를 대상으로 호출을 {count}번 더 했고, 그때마다 달라진 것을 복구했습니다. 다음은 그중 하나입니다.",
    },
    "story.folded.losses.one": {
        "en": "The same principal made {count:more such call|more such calls}, of which Trailkeeper put nothing back; this is one of them.",
        "ko": "같은 보안 주체가 이런 호출을 {count}번 더 했으며, Trailkeeper는 아무것도 되돌리지 않았습니다. 다음은 그중 하나입니다.",
    },
    "story.folded.losses.all": {
        "en": "Events name {principals} for {count:more such call|more such calls}, of which Trailkeeper put nothing back; this is one of them.",
        "ko": "이벤트에 따르면 {principals:이/가} 이런 호출을 {count}번 더 했으며, Trailkeeper는 아무것도 되돌리지 않았습니다. 다음은 그중 하나입니다.",
    },
    "folded.principals": {"en": "{count:principal|principals}", "ko": "보안 주체 {count}명"},
    "folded.principals_or_more": {
        "en": "{count:principal|principals} or more",
        "ko": "보안 주체 {count}명 이상",
    },
}
