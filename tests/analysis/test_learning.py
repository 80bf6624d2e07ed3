"""Decisions of people bind and teach; confidence says how often a person would agree."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import AcceptedTopic, Document, TopicReport, find_topics
from analysis.confidence import fitted, log_odds
from tests.analysis.sentences import SENTENCES

SUBJECTS = [subject for subject, _, _ in SENTENCES]
DOCUMENTS = [Document(i, text) for i, (_, _, text) in enumerate(SENTENCES)]
KINDS = sorted(set(SUBJECTS))
OF = {kind: [i for i, subject in enumerate(SUBJECTS) if subject == kind] for kind in KINDS}
ACCEPTED = [AcceptedTopic(kind, OF[kind][:4]) for kind in KINDS]


@pytest.fixture(scope="module")
def first() -> TopicReport:
    return find_topics(DOCUMENTS, 5)


def test_a_decision_is_kept_and_sure_and_its_copies_follow() -> None:
    odd = OF["rent"][5]  # a person says that this one is about bicycles
    copies = [*DOCUMENTS, Document("copy", DOCUMENTS[odd].text)]
    report = find_topics(copies, 5, accepted=ACCEPTED, decisions={odd: "bike"})
    bike = next(topic.id for topic in report.topics if topic.accepted_id == "bike")
    assert report.labels[odd] == report.labels[-1] == bike
    assert report.scores[odd] == 1
    assert report.card["confidence"]["decisions"] == 1


def test_confidence_is_a_share_and_lower_where_texts_lie_between(first: TopicReport) -> None:
    assert ((first.scores >= 0) & (first.scores <= 1)).all()
    between = DOCUMENTS[OF["rent"][0]].text + " " + DOCUMENTS[OF["bike"][0]].text
    mixed, clear = first.assign_scored([Document("m", between), DOCUMENTS[OF["bike"][0]]])
    assert mixed.confidence < clear.confidence


def test_the_words_behind_a_label_are_the_texts_own(first: TopicReport) -> None:
    text = "Mon propriétaire augmente encore le loyer, et la piscine est fermée."
    (placed,) = first.assign_scored([Document("n", text)])
    assert placed.label == first.labels[OF["rent"][0]]
    assert "loyer" in placed.words
    assert set(placed.words) <= set(text.replace(",", "").replace(".", "").split())
    (nothing,) = first.assign_scored([Document("e", " ")])
    assert (nothing.label, nothing.confidence, nothing.words) == (-1, 0, [])


def test_decisions_teach_the_rest() -> None:
    """People hold two subjects for one theme: nothing in the texts says so."""
    accepted = [AcceptedTopic("homes", OF["bike"][:2]), AcceptedTopic("other", OF["waste"][:2])]
    joined = [i for i in range(len(DOCUMENTS)) if SUBJECTS[i] in ("bike", "rent")]
    taught = [i for kind in KINDS for i in OF[kind][2:5]]
    decisions: dict[int | str, int | str] = {i: "homes" if i in joined else "other" for i in taught}
    rest = [i for i in range(len(DOCUMENTS)) if i not in decisions]

    def right(report: TopicReport) -> int:
        name = {topic.id: topic.accepted_id for topic in report.topics}
        return sum((name[int(report.labels[i])] == "homes") == (i in joined) for i in rest)

    before = find_topics(DOCUMENTS, 2, accepted=accepted)
    after = find_topics(DOCUMENTS, 2, accepted=accepted, decisions=decisions)
    assert right(after) > right(before)
    assert right(after) >= 0.9 * len(rest)


def test_what_nobody_touched_stays_when_a_tenth_comes_in(first: TopicReport) -> None:
    old = find_topics(DOCUMENTS[:54], 5)
    accepted = [
        AcceptedTopic(topic.id, [i for i in range(54) if old.labels[i] == topic.id])
        for topic in old.topics[:2]
    ]
    known = {i for topic in accepted for i in topic.document_ids}
    previous: dict[int | str, int | str] = {
        i: f"proposal {old.labels[i]}" for i in range(54) if i not in known
    }
    new = find_topics(DOCUMENTS, accepted=accepted, previous=previous)
    name = {topic.id: topic.accepted_id for topic in new.topics}
    name |= {t.id: t.previous_id for t in new.topics if t.previous_id is not None}
    before = [int(old.labels[i]) if i in known else previous[i] for i in range(54)]
    moved = sum(name[int(new.labels[i])] != before[i] for i in range(54))
    assert moved <= 54 * 0.05


def test_points_to_look_at_are_different_texts_nobody_looked_at() -> None:
    copies = [Document(f"copy {i}", DOCUMENTS[0].text) for i in range(20)]
    decisions: dict[int | str, int | str] = dict.fromkeys(OF["bike"][:3], "bike")
    report = find_topics([*DOCUMENTS, *copies], 5, accepted=ACCEPTED, decisions=decisions)
    assert len(report.suggested) == len(set(report.suggested))
    assert not set(report.suggested) & set(decisions)
    same = [i for i in report.suggested if i == 0 or str(i).startswith("copy")]
    assert len(same) <= 1
    again = find_topics([*DOCUMENTS, *copies], 5, accepted=ACCEPTED, decisions=decisions)
    assert again.suggested == report.suggested


@pytest.mark.parametrize("decisions", [{0: "nobody"}, {0: "rent", 10**6: "gone"}])
def test_a_decision_for_a_topic_that_is_not_accepted_is_refused(
    decisions: dict[int | str, int | str],
) -> None:
    with pytest.raises(ValueError, match="not accepted"):
        find_topics(DOCUMENTS, 5, accepted=ACCEPTED, decisions=decisions)


@given(
    st.lists(st.tuples(st.floats(-20, 20), st.booleans()), max_size=60),
    st.floats(-25, 25),
    st.floats(0, 20),
)
def test_surer_is_never_less_confident(
    seen: list[tuple[float, bool]], odds: float, more: float
) -> None:
    line = fitted(np.array([o for o, _ in seen]), np.array([a for _, a in seen], np.bool_))
    low, high = line.of(np.array([odds, odds + more]))
    assert 0 <= low <= 1
    assert 0 <= high <= 1
    assert line.decisions == len(seen)
    if line.slope >= 0:
        assert low <= high + 1e-12


@pytest.mark.parametrize("agreement", [0, 0.3, 0.5])
def test_what_people_contradict_is_not_confident_however_sure_the_model_was(
    agreement: float,
) -> None:
    odds = np.linspace(0, 20, 400)
    agreed = np.random.default_rng(0).permutation(400) < 400 * agreement
    assert fitted(odds, agreed).of(odds).mean() == pytest.approx(agreement, abs=0.05)


def test_log_odds_compare_with_all_others_together() -> None:
    odds = log_odds(np.log(np.array([[0.5, 0.25, 0.25], [0.9, 0.05, 0.05]])), np.array([0, 0]))
    assert odds == pytest.approx([0, np.log(9)])
