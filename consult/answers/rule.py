"""The rule that gives a point its answer: its own, else its selection's, else its campaign's, else its
theme's. What was answered together by a filter is answered as points, hence before the campaign.

Pure. A theme without an answer passes the question to its parent; only accepted themes answer, and
those that were merged into one that has no answer yet.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from consult.themes.models import ACCEPTED, SET_ASIDE


@dataclass(frozen=True)
class ThemeNode:
    """What the rule needs to know about a theme."""

    id: int
    parent_id: int | None
    state: str
    merged_into_id: int | None = None


@dataclass(frozen=True)
class Rule:
    """The themes of one consultation and the newest answers of themes and campaigns, by target."""

    themes: Mapping[int, ThemeNode] = field(default_factory=dict)
    theme_answers: Mapping[int, int] = field(default_factory=dict)
    campaign_answers: Mapping[int, int] = field(default_factory=dict)

    def theme(self, assigned: int | None) -> int | None:
        """The accepted theme that a label means: merges followed, then the nearest upwards.

        A label that people set aside says nothing, not even about its parent.
        """
        node = self._node(assigned)
        if node is None or node.state == SET_ASIDE:
            return None
        seen: set[int] = set()
        while node is not None and node.id not in seen:
            if node.state == ACCEPTED:
                return node.id
            seen.add(node.id)
            node = self._node(node.parent_id)
        return None

    def answer(
        self,
        *,
        own: int | None,
        campaign_id: int | None,
        theme_id: int | None,
        selected: int | None = None,
    ) -> int | None:
        """The answer of a point with its own answer, that of its selection, its accepted campaign
        and theme label, if any."""
        if own is not None or selected is not None:
            return own if own is not None else selected
        if campaign_id is not None and campaign_id in self.campaign_answers:
            return self.campaign_answers[campaign_id]
        theme = self.theme(theme_id)
        if theme is not None and theme not in self.theme_answers and self._was_merged(theme_id):
            # What was decided for a theme before it was merged into one without an answer of its
            # own stands for its points: a merge must not lose an answer.
            before = self.theme_answers.get(theme_id or 0)
            if before is not None:
                return before
        return self._nearest(theme)

    def _was_merged(self, theme_id: int | None) -> bool:
        node = self.themes.get(theme_id) if theme_id is not None else None
        return node is not None and node.merged_into_id is not None

    def _nearest(self, theme_id: int | None) -> int | None:
        seen: set[int] = set()
        while theme_id is not None and theme_id not in seen:
            if theme_id in self.theme_answers:
                return self.theme_answers[theme_id]
            seen.add(theme_id)
            theme_id = self.theme(self.themes[theme_id].parent_id)
        return None

    def _node(self, theme_id: int | None) -> ThemeNode | None:
        node = self.themes.get(theme_id) if theme_id is not None else None
        if node is not None and node.merged_into_id is not None:
            return self.themes.get(node.merged_into_id)
        return node
