"""People decide: acts exclude one another, and the counters always equal a recount."""

import threading
from collections.abc import Callable
from contextlib import suppress

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consult.activity.models import Activity
from consult.consultations.models import Consultation
from consult.kernel import release as releases
from consult.kernel.actor import COMMAND, Actor
from consult.kernel.db import db
from consult.kernel.errors import ConsultError
from consult.kernel.paging import Keyset
from consult.kernel.transaction import act
from consult.submissions.models import Comment, Point, Tally
from consult.themes import (
    campaigns,
    counters,
    point_queries,
    queries,
    quote_queries,
    repair,
    signoff,
    splitting,
)
from consult.themes.campaign_queries import campaigns as list_campaigns
from consult.themes.errors import (
    AlreadyAcceptedError,
    BeingPublishedError,
    NoPersonError,
    PointGoneError,
    SameThemeError,
    SplitSettledError,
    SplitStaleError,
    ThemeGoneError,
    ThemeNotFoundError,
    TitleMissingError,
    TooManyPartsError,
    TwoLevelsError,
)
from consult.themes.models import ACCEPTED, MERGED, PROPOSED, CampaignMember, Theme
from tests import builders
from tests.builders import NOW
from tests.themes.conftest import Analysed, Who

Act = Callable[[Session], object]


def test_accepting_counts_as_a_decision_and_is_logged(session: Session, place: Analysed) -> None:
    before = session.get_one(Consultation, place.consultation.id).decisions
    with act() as writing:
        signoff.accept(writing, place.consultation, place.themes["Bus"], actor=place.actor, now=NOW)
    after = session.get_one(Consultation, place.consultation.id, populate_existing=True)
    assert after.decisions == before + 1
    line = session.scalars(select(Activity).order_by(Activity.id.desc())).first()
    assert line is not None
    assert (line.act, line.thing) == ("theme:accepted", f"theme:{place.themes['Bus']}")


def test_a_merge_is_one_step_long_and_carries_points_children_and_earlier_merges(
    session: Session, place: Analysed
) -> None:
    bus, bike, tree, letter = (place.themes[t] for t in ("Bus", "Vélo", "Arbres", "Lettre"))
    c, who = place.consultation, place.who
    with act() as writing:
        signoff.nest(writing, c, letter, bike, **who)
        signoff.merge(writing, c, tree, bike, **who)
        signoff.merge(writing, c, bike, bus, **who)
    rows = {t.id: t for t in session.scalars(select(Theme))}
    assert (rows[tree].merged_into_id, rows[bike].merged_into_id) == (bus, bus)
    assert rows[letter].parent_id == bus
    assert place.sizes(session) == {bus: 5, letter: 3}
    page = point_queries.points_of_theme(session, bus, Keyset())
    assert [row.point_id for row in page.rows] == place.points[:5]
    assert {row.label.theme_id for row in page.rows if row.label} == {bus}


def test_merging_a_parent_into_its_child_lifts_the_child(session: Session, place: Analysed) -> None:
    bus, bike, tree = (place.themes[t] for t in ("Bus", "Vélo", "Arbres"))
    c, who = place.consultation, place.who
    with act() as writing:
        signoff.nest(writing, c, bike, bus, **who)
        signoff.nest(writing, c, tree, bus, **who)
        signoff.merge(writing, c, bus, bike, **who)
    rows = {t.id: t for t in session.scalars(select(Theme))}
    assert (rows[bike].parent_id, rows[tree].parent_id) == (None, bike)


def refusals() -> list[tuple[str, Callable[[Analysed], Act], type[ConsultError]]]:
    return [
        (
            "into itself",
            lambda p: (
                lambda s: signoff.merge(
                    s, p.consultation, p.themes["Bus"], p.themes["Bus"], **p.who
                )
            ),
            SameThemeError,
        ),
        (
            "no title",
            lambda p: (
                lambda s: signoff.create(
                    s, p.consultation, title={"fr": "  "}, description={}, **p.who
                )
            ),
            TitleMissingError,
        ),
        (
            "unknown theme",
            lambda p: lambda s: signoff.accept(s, p.consultation, 10**6, **p.who),
            ThemeNotFoundError,
        ),
        (
            "unknown point",
            lambda p: (
                lambda s: signoff.move_points(s, p.consultation, [10**6], p.themes["Bus"], **p.who)
            ),
            PointGoneError,
        ),
        (
            "not a person",
            lambda p: (
                lambda s: signoff.move_points(
                    s, p.consultation, p.points[:1], p.themes["Bus"], actor=COMMAND, now=NOW
                )
            ),
            NoPersonError,
        ),
    ]


@pytest.mark.parametrize(("name", "deed", "error"), refusals(), ids=lambda v: str(v)[:20])
def test_what_cannot_be_done_is_named(
    session: Session,
    place: Analysed,
    name: str,
    deed: Callable[[Analysed], Act],
    error: type[ConsultError],
) -> None:
    with pytest.raises(error), act() as writing:
        deed(place)(writing)


def test_themes_have_two_levels(session: Session, place: Analysed) -> None:
    c, who = place.consultation, place.who
    bus, bike, tree = (place.themes[t] for t in ("Bus", "Vélo", "Arbres"))
    with act() as writing:
        signoff.nest(writing, c, bike, bus, **who)
    for child, parent in ((tree, bike), (bus, tree)):
        with pytest.raises(TwoLevelsError), act() as writing:
            signoff.nest(writing, c, child, parent, **who)


def test_nothing_moves_while_answers_are_published(session: Session, place: Analysed) -> None:
    c, who = place.consultation, place.who
    with act() as writing:
        releases.begin(
            writing, kind="publication", reference=f"consultation:{c.id}", decisions=0, now=NOW
        )
    deeds: list[Act] = [
        lambda s: signoff.accept(s, c, place.themes["Bus"], **who),
        lambda s: signoff.move_points(s, c, place.points[:1], None, **who),
        lambda s: splitting.split(s, _comment(s, place.points[0]), [(0, 3), (4, 11)], **who),
    ]
    for deed in deeds:
        with pytest.raises(BeingPublishedError), act() as writing:
            deed(writing)


def test_points_in_two_languages_are_counted_apart(session: Session, place: Analysed) -> None:
    c = place.consultation
    with act() as writing:
        said = builders.say(writing, c, "Méi Bussen", language="lb")
        signoff.move_points(
            writing, c, [said.point.id], place.themes["Bus"], actor=place.actor, now=NOW
        )
    row = queries.theme(session, c.id, place.themes["Bus"])
    assert row.languages == {"fr": 2, "lb": 1}
    label = queries.labels_of_points(session, [said.point.id, place.points[0]])
    assert label[said.point.id].person_id == place.actor.user_id
    assert label[place.points[0]].run_id is not None


def test_chosen_quotes_come_first(session: Session, place: Analysed) -> None:
    c, bus = place.consultation, place.themes["Bus"]
    with act() as writing:
        signoff.choose_quotes(writing, c, bus, [place.points[1]], actor=place.actor, now=NOW)
    quotes = quote_queries.quotes(session, [bus])[bus]
    assert [(q.point_id, q.by_person) for q in quotes] == [
        (place.points[1], True),
        (place.points[0], False),
    ]


def test_a_theme_without_quotes_is_shown_by_its_first_readable_points(
    session: Session, place: Analysed
) -> None:
    words = "Il faut plus de bus le soir, jusque dans les villages."
    with act() as writing:
        said = [builders.say(writing, place.consultation, words).point.id for _ in range(4)]
        made = signoff.create(
            writing, place.consultation, title={"fr": "Soir"}, description={}, **place.who
        )
        signoff.move_points(
            writing, place.consultation, [place.points[0], *said], made.id, **place.who
        )
    quotes = quote_queries.quotes(session, [made.id, place.themes["Vélo"]])
    assert [(q.point_id, q.chosen) for q in quotes[made.id]] == [(p, False) for p in said[:3]]
    assert all(q.chosen for q in quotes[place.themes["Vélo"]])


def _comment(session: Session, point_id: int) -> Comment:
    return session.get_one(Comment, session.get_one(Point, point_id).comment_id)


def test_a_split_passes_on_label_debt_and_campaign(session: Session, place: Analysed) -> None:
    c, point = place.consultation, place.points[7]  # "Lettre type | et merci"
    (row,) = list_campaigns(session, c.id)
    with act() as writing:
        campaigns.accept(
            writing, c, row.campaign.id, title={"fr": "Lettre"}, actor=place.actor, now=NOW
        )
        made = splitting.split_off_additions(
            writing, c, row.campaign.id, point, actor=place.actor, now=NOW
        )
    assert [(p.start, p.end) for p in made] == [(0, 11), (12, 22)]
    labels = queries.labels_of_points(session, [p.id for p in made])
    assert {label.theme_id for label in labels.values()} == {place.themes["Lettre"]}
    held = queries.campaigns_of_points(session, [p.id for p in made])
    assert held == {made[0].id: row.campaign.id}
    assert session.get_one(Tally, c.id, populate_existing=True).owed == 9
    assert repair.differences(session, c.id) == []
    with act() as writing:
        joined = splitting.join(
            writing,
            _comment(writing, point),
            actor=place.actor,
            now=NOW,
            seen=[p.id for p in made],
        )
    assert session.get_one(Tally, c.id, populate_existing=True).owed == 8
    assert queries.campaigns_of_points(session, [joined.id]) == {joined.id: row.campaign.id}
    assert repair.differences(session, c.id) == []


def test_a_point_of_other_words_takes_no_campaign_along(session: Session, place: Analysed) -> None:
    c, point = place.consultation, place.points[7]
    with act() as writing:
        splitting.split(writing, _comment(writing, point), [(0, 11)], **place.who)
    with act() as writing:
        (made,) = splitting.split(writing, _comment(writing, point), [(12, 22)], **place.who)
    assert queries.campaigns_of_points(session, [made.id]) == {}
    assert repair.differences(session, c.id) == []


@pytest.mark.parametrize("state", ["held", "removed", "withdrawn"])
def test_a_campaign_speaks_with_words_that_everybody_may_read(
    session: Session, place: Analysed, state: str
) -> None:
    c = place.consultation
    (row,) = list_campaigns(session, c.id)
    assert row.text == "Lettre type"
    members = place.points[5:]
    for gone, left in enumerate(("Lettre type", "Lettre type | et merci", "")):
        with act() as writing:
            _comment(writing, members[gone]).state = state
        (row,) = list_campaigns(session, c.id)
        assert row.text == left
    assert row.template_comment_id is None


def test_a_comment_is_not_cut_into_countless_points(session: Session, place: Analysed) -> None:
    most = splitting.MOST_PARTS
    with act() as writing:
        builders.say(writing, place.consultation, "a " * (most + 1))
    point = session.scalars(select(Point).order_by(Point.id.desc())).first()
    assert point is not None
    spans = [(2 * at, 2 * at + 1) for at in range(most + 1)]
    number, text_end = point.id, spans[most][1]
    session.rollback()
    with pytest.raises(TooManyPartsError), act() as writing:
        splitting.split(writing, _comment(writing, number), spans, **place.who)
    with act() as writing:
        fitting = [*spans[: most - 1], (spans[most - 1][0], text_end)]
        made = splitting.split(writing, _comment(writing, number), fitting, **place.who)
    assert len(made) == most


def test_an_answered_or_changed_comment_is_not_split(session: Session, place: Analysed) -> None:
    spans, who = [(0, 3), (4, 11)], place.who
    with pytest.raises(SplitStaleError), act() as writing:
        splitting.split(writing, _comment(writing, place.points[0]), spans, seen=[10**6], **who)
    with act() as writing:
        release = releases.begin(
            writing, kind="publication", reference="elsewhere", decisions=0, now=NOW
        )
        releases.finish(release, NOW)
        writing.get_one(Point, place.points[0]).settled_by = release.id
    with pytest.raises(SplitSettledError), act() as writing:
        splitting.split(writing, _comment(writing, place.points[0]), spans, **who)


def together(app: Flask, *deeds: Act) -> list[ConsultError | None]:
    """Run acts at once, each in a thread of its own; what each ended with."""
    ended: list[ConsultError | None] = [None] * len(deeds)
    barrier = threading.Barrier(len(deeds))

    def run(place: int, deed: Act) -> None:
        with app.app_context():
            barrier.wait()
            try:
                with act() as session:
                    deed(session)
            except ConsultError as error:
                ended[place] = error
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    return ended


def test_two_officials_who_accept_or_merge_at_once(
    app: Flask, session: Session, place: Analysed
) -> None:
    c, bus, bike = place.consultation, place.themes["Bus"], place.themes["Vélo"]

    def accept(actor: Actor) -> Act:
        return lambda s: signoff.accept(s, c, bus, actor=actor, now=NOW)

    ended = together(app, accept(place.actor), accept(place.other))
    assert [type(e) for e in ended if e] == [AlreadyAcceptedError]
    ended = together(
        app,
        lambda s: signoff.merge(s, c, bus, bike, actor=place.actor, now=NOW),
        lambda s: signoff.merge(s, c, bike, bus, actor=place.other, now=NOW),
    )
    assert [type(e) for e in ended if e] == [ThemeGoneError]
    states = session.scalars(select(Theme.state).where(Theme.id.in_((bus, bike)))).all()
    assert sorted(states) == [ACCEPTED, MERGED]
    assert sum(place.sizes(session).values()) == 8


def test_two_officials_who_move_the_same_point_and_its_author_who_withdraws(
    app: Flask, session: Session, place: Analysed
) -> None:
    c, point = place.consultation, place.points[4]

    def move(to: str, actor: Actor) -> Act:
        return lambda s: signoff.move_points(
            s, c, [point, place.points[0]], place.themes[to], actor=actor, now=NOW
        )

    def withdraw(s: Session) -> None:
        gone = s.scalars(select(Point).where(Point.id == point).with_for_update()).one()
        from consult.consultations.counters import decided

        decided(s, c.id)
        counters.points_gone(s, [gone.id])
        gone.retired_at = NOW

    for _ in range(3):
        together(app, move("Bus", place.actor), move("Vélo", place.other))
        assert repair.differences(session, c.id) == []
        session.rollback()
    together(app, move("Bus", place.actor), withdraw, move("Vélo", place.other))
    assert repair.differences(session, c.id) == []
    assert sum(place.sizes(session).values()) == 7


STEPS = st.lists(st.tuples(st.integers(0, 10), st.integers(0, 99), st.integers(0, 99)), max_size=25)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=STEPS)
def test_counters_equal_a_recount_after_any_acts(
    session: Session, place: Analysed, steps: list[tuple[int, int, int]]
) -> None:
    """A random walk: each act is allowed to be refused, never to leave a counter wrong."""
    for kind, a, b in steps:
        session.rollback()
        deed = _deeds(session, place, a, b)[kind]
        with suppress(ConsultError), act() as writing:
            deed(writing)
        assert repair.differences(session, place.consultation.id) == []
    owed = session.scalar(
        select(func.count()).where(Point.owed.is_(True), Point.retired_at.is_(None))
    )
    tally = session.get_one(Tally, place.consultation.id, populate_existing=True)
    assert tally.owed == owed


def _deeds(session: Session, place: Analysed, a: int, b: int) -> list[Act]:
    """Every kind of act, on themes, points and campaigns that `a` and `b` choose."""
    c, who = place.consultation, place.who
    themes = session.scalars(select(Theme.id).order_by(Theme.id)).all()
    points = session.scalars(
        select(Point.id).where(Point.retired_at.is_(None)).order_by(Point.id)
    ).all()
    found = session.scalars(select(CampaignMember.campaign_id)).all()
    first, second = themes[a % len(themes)], themes[b % len(themes)]
    point, campaign = points[a % len(points)], found[b % len(found)]
    some = list(points[a % len(points) :][: 1 + b % 3])
    change = campaigns.add_members if b % 2 else campaigns.remove_members
    return [
        lambda s: signoff.accept(s, c, first, **who),
        lambda s: signoff.merge(s, c, first, second, **who),
        lambda s: signoff.set_aside(s, c, first, **who),
        lambda s: signoff.nest(s, c, first, second, **who),
        lambda s: signoff.move_points(s, c, some, second if b % 4 else None, **who),
        lambda s: signoff.split(s, c, first, some, title={"de": "Neu"}, **who),
        lambda s: _cut(s, point, b, who),
        lambda s: splitting.join(s, _comment(s, point), **who),
        lambda s: campaigns.accept(s, c, campaign, title={}, **who),
        lambda s: campaigns.set_aside(s, c, campaign, **who),
        lambda s: change(s, c, campaign, some, **who),
    ]


def _cut(session: Session, point_id: int, at: int, who: Who) -> None:
    point = session.get_one(Point, point_id)
    middle = point.start + 1 + at % max(1, point.end - point.start - 1)
    siblings = session.scalars(
        select(Point).where(Point.comment_id == point.comment_id, Point.retired_at.is_(None))
    )
    spans = [(p.start, p.end) for p in siblings if p.id != point.id]
    spans += [(point.start, middle), (middle, point.end)]
    splitting.split(session, _comment(session, point_id), spans, **who)


def test_a_broken_counter_is_found_and_mended(session: Session, place: Analysed) -> None:
    from consult.themes.models import ThemeTally

    with act() as writing:
        writing.scalars(select(ThemeTally)).first().points += 5  # type: ignore[union-attr]
    assert len(repair.differences(session, place.consultation.id)) == 1
    session.rollback()
    with act() as writing:
        repair.mend(writing, place.consultation.id)
    assert repair.differences(session, place.consultation.id) == []
    assert PROPOSED in session.scalars(select(Theme.state)).all()
