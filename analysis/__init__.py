"""Topics, campaigns, language and words of short texts, and opinion groups from votes.

No Flask, no database, no clock.

The names below are loaded when first used: `import analysis`, `analysis.language` and
`analysis.words` load neither numpy nor scikit-learn, and a web process may use them freely.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from analysis.documents import AcceptedTopic, Document

if TYPE_CHECKING:
    from analysis.campaigns import Campaign, find_campaigns
    from analysis.encoder import embed
    from analysis.joining import CampaignIndex, Joined, KnownLetter
    from analysis.layout import Layout, lay_out
    from analysis.opinions import OpinionReport, find_opinion_groups
    from analysis.passages import find_passages
    from analysis.report import Topic, TopicReport
    from analysis.texts import Learned
    from analysis.topics import find_topics
    from analysis.votes import Votes

_HOME = {
    "Campaign": "campaigns",
    "Layout": "layout",
    "Learned": "texts",
    "OpinionReport": "opinions",
    "CampaignIndex": "joining",
    "Joined": "joining",
    "KnownLetter": "joining",
    "Topic": "report",
    "TopicReport": "report",
    "Votes": "votes",
    "embed": "encoder",
    "find_campaigns": "campaigns",
    "find_opinion_groups": "opinions",
    "find_passages": "passages",
    "find_topics": "topics",
    "lay_out": "layout",
}

__all__ = [
    "AcceptedTopic",
    "Campaign",
    "CampaignIndex",
    "Document",
    "Joined",
    "KnownLetter",
    "Layout",
    "Learned",
    "OpinionReport",
    "Topic",
    "TopicReport",
    "Votes",
    "embed",
    "find_campaigns",
    "find_opinion_groups",
    "find_passages",
    "find_topics",
    "lay_out",
]


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module 'analysis' has no attribute {name!r}")
    return getattr(import_module(f"analysis.{_HOME[name]}"), name)
