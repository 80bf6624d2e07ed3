"""Topics: found, kept, described, the same every time."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score

from analysis import AcceptedTopic, Document, TopicReport, find_topics
from analysis.topic_number import (
    BEST,
    NOTHING_CLEAR,
    STAND_APART,
    STANDS_OUT,
    Tried,
    choose,
    stability_curve,
)
from analysis.vectors import unit
from tests.analysis.sentences import SENTENCES

SUBJECTS = [subject for subject, _, _ in SENTENCES]
DOCUMENTS = [Document(i, text) for i, (_, _, text) in enumerate(SENTENCES)]


@pytest.fixture(scope="module")
def report() -> TopicReport:
    return find_topics(DOCUMENTS)


def test_subjects_are_found_across_languages(report: TopicReport) -> None:
    assert len(report.topics) == 5
    assert adjusted_rand_score(SUBJECTS, report.labels) > 0.9
    for topic in report.topics:
        assert set(topic.languages) == {"fr", "de", "lb", "en"}


@pytest.mark.parametrize("language", ["fr", "de"])
def test_subjects_are_found_within_a_language(language: str) -> None:
    rows = [i for i, (_, spoken, _) in enumerate(SENTENCES) if spoken == language]
    labels = find_topics([DOCUMENTS[i] for i in rows], 5).labels
    assert adjusted_rand_score([SUBJECTS[i] for i in rows], labels) > 0.5


def test_topics_describe_themselves(report: TopicReport) -> None:
    for topic in report.topics:
        rows = np.flatnonzero(report.labels == topic.id)
        assert topic.size == len(rows) == sum(topic.languages.values())
        assert set(topic.representatives) <= {DOCUMENTS[i].id for i in rows}
        assert len(topic.representatives) >= 3
        assert topic.parent_id is None
        assert topic.accepted_id is None
    sizes = [topic.size for topic in report.topics]
    assert sizes == sorted(sizes, reverse=True)
    rent = report.topics[report.labels[SUBJECTS.index("rent")]]
    assert "loyer" in rent.keywords["fr"]
    assert {"Wohnungen", "Wohnung"} & set(rent.keywords["de"])  # readable, a noun with its capital
    assert not {"les", "die", "d", "the"} & {
        word for words in rent.keywords.values() for word in words
    }


def test_a_score_is_a_share_and_nought_where_there_is_no_label() -> None:
    report = find_topics([*DOCUMENTS, Document("empty", "")], 5)
    placed = report.labels >= 0
    assert ((report.scores > 0) & (report.scores < 1) == placed).all()
    assert report.scores[~placed].tolist() == [0]


def test_new_documents_join_without_moving_old_ones(report: TopicReport) -> None:
    new = [
        Document("rent", "Mon propriétaire augmente encore le loyer de mon appartement."),
        Document("school", "Unsere Schule hat zu wenige Lehrer für so viele Schüler."),
        Document("empty", ""),
    ]
    labels = report.assign(new)
    assert labels[0] == report.labels[SUBJECTS.index("rent")]
    assert labels[1] == report.labels[SUBJECTS.index("school")]
    assert labels[2] == -1
    assert (report.assign(DOCUMENTS) == report.labels).all()


def test_what_cannot_be_grouped_comes_back_with_a_reason() -> None:
    odd = {"e": " \n", "n": "12 + 30 !", "s": "Super!", "c": "Il y en a trop, voilà tout."}
    documents = [*DOCUMENTS, *(Document(i, text) for i, text in odd.items())]
    report = find_topics(documents, 5)
    reasons = dict(report.unprocessed)
    assert reasons["e"] == "empty"
    assert reasons["n"] == "no_letters"
    assert reasons["s"] == "too_short"
    assert report.labels[-4:-1].tolist() == [-1, -1, -1]
    assert report.scores[-4:-1].tolist() == [0, 0, 0]
    assert report.card["processed"] + sum(report.card["unprocessed"].values()) == len(documents)


@pytest.mark.parametrize("texts", [[], [""], ["Mehr Bäume bitte"], ["Tram now", "Tram now"]])
def test_few_texts_are_no_error(texts: list[str]) -> None:
    report = find_topics([Document(i, text) for i, text in enumerate(texts)])
    assert len(report.labels) == len(texts)
    assert len(report.topics) == (1 if any(texts) else 0)
    json.dumps(report.card)


def test_a_campaign_counts_but_does_not_shape() -> None:
    flood = [Document(f"flood {i}", SENTENCES[0][2]) for i in range(300)]
    report = find_topics([*DOCUMENTS, *flood], 5)
    assert adjusted_rand_score(SUBJECTS, report.labels[:60]) > 0.9
    rent = report.topics[0]
    assert rent.size == 312
    assert (report.labels[60:] == rent.id).all()
    assert len([i for i in rent.representatives if str(i).startswith("flood") or i == 0]) <= 1


def test_accepted_topics_are_kept_and_new_ones_only_for_the_rest() -> None:
    rows = {s: [i for i, x in enumerate(SUBJECTS) if x == s] for s in ("waste", "bike")}
    accepted = [
        AcceptedTopic("W", [*rows["waste"][:6], "gone"]),
        AcceptedTopic("B", rows["bike"][:6]),
        AcceptedTopic("nobody", ["gone too"]),
    ]
    report = find_topics(DOCUMENTS, 5, accepted=accepted)
    assert [topic.accepted_id for topic in report.topics] == ["W", "B", None, None, None]
    assert (report.labels[rows["waste"][:6]] == 0).all()
    assert (report.labels[rows["bike"][:6]] == 1).all()
    assert adjusted_rand_score(SUBJECTS, report.labels) > 0.8


def test_an_example_stays_where_people_put_it() -> None:
    trees = [i for i, subject in enumerate(SUBJECTS) if subject == "trees"]
    rent = SUBJECTS.index("rent")
    report = find_topics(DOCUMENTS, accepted=[AcceptedTopic(7, [*trees, rent])])
    assert report.labels[rent] == 0
    assert report.topics[0].accepted_id == 7


def test_progress_rises_and_may_end_the_run() -> None:
    told: list[tuple[float, str]] = []
    find_topics(DOCUMENTS, progress=lambda share, stage: told.append((share, stage)))
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert shares[0] == 0
    assert shares[-1] == 1
    assert len(told) > 20

    def stop(share: float, _stage: str) -> None:
        if share > 0.5:
            raise TimeoutError

    with pytest.raises(TimeoutError):
        find_topics(DOCUMENTS, progress=stop)


def test_the_card_tells_how_it_came_about(report: TopicReport) -> None:
    card = json.loads(json.dumps(report.card))
    assert card["number_of_topics"]["chosen"] == 5
    assert [row["topics"] for row in card["number_of_topics"]["curve"]] == list(range(3, 9))
    assert card["quality"]["topic_language_nmi"] < 0.1
    assert card["input_sha256"] == find_topics(DOCUMENTS, 2).card["input_sha256"]
    changed = [*DOCUMENTS[:-1], Document(59, "Other words entirely.")]
    assert card["input_sha256"] != find_topics(changed, 2).card["input_sha256"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n_topics": 0}, "at least 1"),
        ({"weights": [1.0]}, "one finite number"),
        ({"weights": [-1.0] * 60}, "one finite number"),
        ({"accepted": [AcceptedTopic(1, [1]), AcceptedTopic(2, [1])]}, "two accepted topics"),
        ({"accepted": [AcceptedTopic(1, [1]), AcceptedTopic(1, [2])]}, "same id"),
    ],
)
def test_wrong_orders_are_refused(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        find_topics(DOCUMENTS, **arguments)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("figures", "number", "reason"),
    [
        ({3: 0.2, 4: 0.7, 5: 0.5, 6: 0.4}, 4, STANDS_OUT),
        ({3: 0.2, 4: 0.6, 5: 0.5, 6: 0.7, 7: 0.4}, 4, STANDS_OUT),  # good enough and smaller
        ({3: 0.2, 4: 0.4, 5: 0.3, 6: 0.7, 7: 0.4}, 6, STANDS_OUT),  # not good enough
        ({3: 0.2, 4: 0.3, 5: 0.4}, 5, BEST),  # no peak
        ({3: 0.9, 4: 0.3, 5: 0.4}, 3, BEST),
        ({3: 0.1, 4: 0.2, 9: 0.1, 10: 0.1, 20: 0.3}, 10, NOTHING_CLEAR),
    ],
)
def test_the_number_can_be_argued_for(figures: dict[int, float], number: int, reason: str) -> None:
    choice = choose({k: Tried(figure, 0.0, 0.2) for k, figure in figures.items()}, n_texts=1000)
    assert (choice.n_topics, choice.reason) == (number, reason)


@pytest.mark.parametrize(
    ("silhouettes", "number"),
    [
        ({4: 0.2, 20: 0.5, 30: 0.6}, 30),
        ({4: 0.2, 20: 0.6, 30: 0.61}, 20),  # much the same, and easier to read
        ({4: 0.41, 20: 0.3, 30: 0.3}, 4),
    ],
)
def test_topics_that_stand_apart_are_not_joined(silhouettes: dict[int, float], number: int) -> None:
    choice = choose({k: Tried(0.5, 0.0, height) for k, height in silhouettes.items()}, 1000)
    assert (choice.n_topics, choice.reason) == (number, STAND_APART)


def test_many_small_subjects_are_found_where_they_stand_apart() -> None:
    random = np.random.default_rng(3)
    middle = unit(random.standard_normal((40, 60)))
    points = unit(np.repeat(middle, 15, axis=0) + 0.05 * random.standard_normal((600, 60)))
    curve = stability_curve(points, np.ones(600), 0)
    assert choose(curve, 600).n_topics == 40


@settings(max_examples=20, deadline=None)
@given(st.lists(st.text(max_size=40), max_size=30), st.integers(1, 4))
def test_any_texts_get_a_report(texts: list[str], n_topics: int) -> None:
    report = find_topics([Document(i, text) for i, text in enumerate(texts)], n_topics)
    assert len(report.labels) == len(texts)
    assert sorted({*report.labels.tolist()} - {-1}) == [topic.id for topic in report.topics]
    assert (report.labels == -1).sum() == len(report.unprocessed)
