"""The job "analyse": snapshot, analysis without a transaction, proposals in batches, one last act."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.consultations.models import Consultation
from consult.jobs.idle import in_idle_time, in_turns
from consult.kernel import release as releases
from consult.kernel.db import current_session
from consult.kernel.i18n import mark
from consult.kernel.transaction import act, end_reading
from consult.submissions.models import Point
from consult.themes import (
    campaign_recording,
    mapping,
    recording,
    run_queries,
    runs,
    snapshot,
    sweeping,
    vector_work,
)
from consult.themes.errors import BeingPublishedError, DecidedMeanwhileError
from consult.themes.models import Run
from consult.themes.recording import BATCH, RunLabel, Sizes
from consult.themes.snapshot import Snapshot
from consult.themes.steps import Steps, Working, batches

# Thousandths: a theme that is less likely is not said to come next.
LEAST = 10
# While answers are being published a finished analysis waits this long, looking once a second.
WAIT_FOR_PUBLICATION = 300

_STAGES = {
    "reading": vector_work.READING,
    "duplicates": mark("Looking for copies of the same letter"),
    "comparing": mark("Looking for copies of the same letter"),
    "additions": mark("Finding what people added to a letter"),
    "vectors": mark("Comparing what the comments say"),
    "neighbours": mark("Comparing what the comments say"),
    "number": mark("Choosing the number of themes"),
    "topics": mark("Grouping the comments"),
    "describing": mark("Describing the themes"),
}
_RECORDING = mark("Writing down the proposals")
_WAITING = mark("Waiting for a publication to finish")


def analyse(job: Working) -> None:
    """Analyse a consultation and record the proposals.

    Safe to begin again after a kill: what was written ahead is swept, and nothing of it has been
    seen. Raises DecidedMeanwhileError if people decided on earlier proposals meanwhile.
    """
    run_id = int(job.payload["run"])
    with act() as session:
        job.check_lease(session)
        run = runs.start(session, run_id, job.now())
        consultation_id, topics, seed = run.consultation_id, run.topics_wanted, run.seed
    _sweep(job, consultation_id)
    vector_work.sweep(job, consultation_id)
    with in_idle_time():
        taken = snapshot.take(current_session(), consultation_id)
    end_reading()
    known = vector_work.know(job, consultation_id, taken.documents, share=0.1)
    report = _topics(job, taken, topics, seed, known)
    job.progress(0.6, vector_work.KEEPING)
    vector_work.keep(job, run_id, report, known)
    campaigns = _campaigns(job, taken)
    record(job, run_id, taken, report, campaigns)


def _topics(
    job: Steps, taken: Snapshot, topics: int | None, seed: int, known: vector_work.Known
) -> Any:
    with in_idle_time():
        from analysis import find_topics

        return find_topics(
            taken.documents,
            topics,
            seed,
            vectors=known.sentences,
            joint=known.state.joint if known.state else None,
            learned=known.state.learned if known.state else None,
            accepted=taken.accepted,
            decisions=taken.said,
            previous=taken.previous,
            progress=_told(job, 0.1, 0.6),
        )


def _campaigns(job: Steps, taken: Snapshot) -> Sequence[Any]:
    with in_idle_time():
        from analysis import find_campaigns

        return find_campaigns(taken.documents, progress=_told(job, 0.6, 0.75))


def _told(job: Steps, low: float, high: float) -> Callable[[float, str], None]:
    def told(share: float, stage: str) -> None:
        if stage in _STAGES:
            job.progress(low + share * (high - low), _STAGES[stage])

    return told


def _sweep(job: Steps, consultation_id: int) -> None:
    for run_id, release_id in sweeping.leftover(current_session(), consultation_id):
        more = True
        while more:
            with act() as session:
                job.check_lease(session)
                more = sweeping.sweep(session, run_id, release_id)


def record(job: Steps, run_id: int, taken: Snapshot, report: Any, campaigns: Sequence[Any]) -> None:
    """Write the proposals ahead in batches, then make them visible in one short act."""
    topics = _worth_proposing(taken, report)
    theme_of = _begin(job, run_id, taken, report, topics)
    labels = _labels(taken, report, theme_of)
    total = len(labels) + 1
    for done, batch in enumerate(in_turns(batches(labels, BATCH))):
        job.progress(0.75 + 0.15 * done * BATCH / total, _RECORDING)
        with act() as session:
            run = _held(job, session, run_id)
            recording.record_labels(session, run, batch, taken.by_people, job.now())
    for reasons in in_turns(batches(report.unprocessed, BATCH)):
        with act() as session:
            recording.record_unprocessed(session, _held(job, session, run_id), reasons)
    _record_map(job, run_id, taken, report, theme_of)
    _record_suggestions(job, run_id, taken, report)
    variants = _record_campaigns(job, run_id, taken, campaigns)
    _keep_sizes(job, run_id, taken, labels)
    _finish(job, run_id, taken, variants)


def _labels(taken: Snapshot, report: Any, theme_of: dict[int, int]) -> list[RunLabel]:
    rows = zip(
        taken.documents,
        report.labels,
        report.scores,
        report.others,
        report.other_scores,
        strict=True,
    )
    return [
        RunLabel(
            int(document.id), theme_of[int(label)], float(score), _next(others, scores, theme_of)
        )
        for document, label, score, others, scores in rows
        if int(label) in theme_of
    ]


def _next(others: Any, scores: Any, theme_of: dict[int, int]) -> list[list[int]]:
    """The themes that come next; one that is as good as out of the question is not kept."""
    found = [
        (theme_of.get(int(topic)), round(1000 * float(score)))
        for topic, score in zip(others, scores, strict=True)
    ]
    return [[theme, likely] for theme, likely in found if theme is not None and likely >= LEAST]


def _held(job: Steps, session: Session, run_id: int) -> Run:
    """The run, if this worker may still write."""
    job.check_lease(session)
    run = session.get(Run, run_id)
    assert run is not None
    return run


def _worth_proposing(taken: Snapshot, report: Any) -> list[Any]:
    """Main topics, then topics, without new ones whose every point people have placed already.

    A new main topic is worth it above two topics or more.
    """
    free = {
        int(label)
        for document, label in zip(taken.documents, report.labels, strict=True)
        if document.id not in taken.by_people
    }
    topics = [t for t in report.topics if t.id in free or t.accepted_id or t.previous_id]
    below = Counter(t.parent_id for t in topics)
    parents = [p for p in report.parents if p.accepted_id is not None or below[p.id] > 1]
    return [*parents, *topics]


def _begin(
    job: Steps, run_id: int, taken: Snapshot, report: Any, topics: Sequence[Any]
) -> dict[int, int]:
    with act() as session:
        run = _held(job, session, run_id)
        release = recording.begin(session, run, taken, report.card["input_sha256"], job.now())
        run.card = {**report.card, "kept_labels_of_people": len(taken.by_people)}
        theme_of = recording.record_themes(session, run, release, topics, job.now())
        recording.record_contrasts(session, run, topics, theme_of)
    quotes = [
        (theme_of[topic.id], int(point), rank)
        for topic in topics
        for rank, point in enumerate(topic.representatives)
    ]
    for batch in in_turns(batches(quotes, BATCH)):
        with act() as session:
            recording.record_quotes(session, _held(job, session, run_id), batch)
    return theme_of


def _record_map(
    job: Steps, run_id: int, taken: Snapshot, report: Any, theme_of: dict[int, int]
) -> None:
    if report.learned is None:  # nothing could be placed
        return
    session = current_session()
    former = run_queries.places_of_current(session, session.get_one(Run, run_id).consultation_id)
    end_reading()
    points = [int(document.id) for document in taken.documents]
    of_topic = {t.id: theme_of[t.id] for t in report.topics if t.id in theme_of}
    with in_idle_time():
        themes, rows = mapping.lay_out(points, report, of_topic, former)
    with act() as writing:
        mapping.keep(writing, _held(job, writing, run_id), themes, rows)


def _record_suggestions(job: Steps, run_id: int, taken: Snapshot, report: Any) -> None:
    """Keep which points a person should look at next, with the words behind their labels."""
    documents = {document.id: document for document in taken.documents}
    asked = [documents[point] for point in report.suggested]
    with in_idle_time():
        behind = [one.words for one in report.assign_scored(asked)]
    with act() as session:
        recording.record_suggestions(
            session,
            _held(job, session, run_id),
            [(int(document.id), words) for document, words in zip(asked, behind, strict=True)],
        )


def _record_campaigns(
    job: Steps, run_id: int, taken: Snapshot, campaigns: Sequence[Any]
) -> list[tuple[int, int]]:
    """Write campaigns and members; returns what is to be said of accepted ones in the last act:
    (variant, the campaign that it turns round)."""
    starts = _starts([point for c in campaigns for point in c.additions])
    held = {c.template_id: _home(c.member_ids, taken) for c in campaigns}
    opposed = {c.template_id: held.get(c.variant_of) for c in campaigns}
    groups = [
        (*chosen, campaign)
        for campaign in campaigns
        if (chosen := placed(campaign.member_ids, taken, opposed=opposed[campaign.template_id]))
    ]
    homes = {c.template_id: _home(c.member_ids, taken, opposed[c.template_id]) for c in campaigns}
    new = [(_template(c, members), len(members)) for home, members, c in groups if home is None]
    made = iter(_new_campaigns(job, run_id, new))
    waiting: list[tuple[int, int, list[list[int]]]] = []
    for home, members, campaign in groups:
        target = homes[campaign.template_id] = next(made) if home is None else home
        for point in members:
            spans = campaign.additions.get(point, ())
            added = [[starts[point] + s, starts[point] + e] for s, e in spans]
            waiting.append((target, point, added))
    for batch in in_turns(batches(waiting, BATCH)):
        job.progress(0.92, _RECORDING)
        with act() as session:
            campaign_recording.record_members(session, _held(job, session, run_id), batch)
    return _record_variants(job, run_id, taken, campaigns, homes)


def _record_variants(
    job: Steps,
    run_id: int,
    taken: Snapshot,
    campaigns: Sequence[Any],
    homes: dict[Any, int | None],
) -> list[tuple[int, int]]:
    """Say of the new campaigns what they turn round; gives back what is to be said of accepted
    ones, which everybody sees already."""
    pairs = [
        (variant, turned)
        for c in campaigns
        if (variant := homes[c.template_id]) and (turned := homes.get(c.variant_of))
    ]
    known = set(taken.in_accepted.values())
    ours = [pair for pair in pairs if pair[0] not in known]
    for batch in in_turns(batches(ours, BATCH)):
        with act() as session:
            campaign_recording.record_variants(session, _held(job, session, run_id), batch)
    return [pair for pair in pairs if pair[0] in known]


def _template(campaign: Any, members: Sequence[int]) -> int:
    return int(campaign.template_id if campaign.template_id in members else members[0])


def _new_campaigns(job: Steps, run_id: int, new: Sequence[tuple[int, int]]) -> list[int]:
    made: list[int] = []
    for batch in in_turns(batches(new, BATCH)):
        job.progress(0.91, _RECORDING)
        with act() as session:
            run = _held(job, session, run_id)
            made += campaign_recording.record_campaigns(session, run, batch, job.now())
    return made


def placed(
    member_ids: Sequence[int], taken: Snapshot, *, opposed: int | None = None
) -> tuple[int | None, list[int]] | None:
    """What to do with a group of copies: propose members to an accepted campaign, or a new one.

    Gives (campaign or None for a new one, members to propose), or None where people have said
    already what these points are: all in an accepted campaign, or mostly in one set aside. A
    variant is never proposed to the campaign that it is `opposed` to, even if some of its letters
    were accepted there before anybody saw what they say. What waits as a proposal in an accepted
    campaign waits there and nowhere else.
    """
    free = [p for p in member_ids if p not in taken.in_accepted and p not in taken.waiting]
    campaign = _home(member_ids, taken, but=opposed)
    if campaign is not None:
        return (campaign, free) if free else None
    aside = sum(p in taken.in_set_aside for p in member_ids)
    return None if 2 * aside >= len(member_ids) or len(free) < 2 else (None, free)


def _home(member_ids: Sequence[int], taken: Snapshot, but: int | None = None) -> int | None:
    """The accepted campaign that holds most of these points."""
    accepted = Counter(taken.in_accepted[p] for p in member_ids if p in taken.in_accepted)
    del accepted[but]
    return min(accepted, key=lambda c: (-accepted[c], c), default=None)


def _starts(point_ids: Sequence[int]) -> dict[int, int]:
    """Where points begin in their revisions, in portions that every database takes."""
    session = current_session()
    starts: dict[int, int] = {}
    for batch in batches(point_ids, BATCH):
        rows = session.execute(select(Point.id, Point.start).where(Point.id.in_(batch)))
        starts.update(rows.all())
    end_reading()
    return starts


def _keep_sizes(job: Steps, run_id: int, taken: Snapshot, labels: Sequence[RunLabel]) -> None:
    spoken = {document.id: document.language for document in taken.documents}
    sizes: Sizes = Counter(
        (label.theme_id, spoken[label.point_id] or "")
        for label in labels
        if label.point_id not in taken.by_people
    )
    with act() as session:
        run = _held(job, session, run_id)
        assert run.release_id is not None
        recording.keep_sizes(releases.locked(session, run.release_id), sizes)


def _finish(job: Steps, run_id: int, taken: Snapshot, variants: Sequence[tuple[int, int]]) -> None:
    """Bring the proposals up to what happened meanwhile, and release them."""
    waited = 0
    seen = taken.decisions
    fixes: list[tuple[str, Sequence[int]]] = []
    while True:
        try:
            with act() as session:
                run = _held(job, session, run_id)
                now = recording.lock_consultation(session, run)
                assert run.release_id is not None
                release = releases.locked(session, run.release_id)
                if fixes:
                    _fix(session, run, release, *fixes.pop())
                if not fixes and now == seen:
                    campaign_recording.record_variants(session, run, variants)
                    recording.finish(session, run, release, job.now())
                    return
        except BeingPublishedError:
            waited += 1
            if waited > WAIT_FOR_PUBLICATION:
                raise
            job.progress(0.95, _WAITING)
            time.sleep(1)
            continue
        if not fixes:
            seen, fixes = _look(run_id, taken)


def _look(run_id: int, taken: Snapshot) -> tuple[int, list[tuple[str, Sequence[int]]]]:
    """What has to be put right, in portions, and the decision counter before the look."""
    session = current_session()
    run = session.get(Run, run_id, populate_existing=True)
    assert run is not None
    seen = session.scalars(
        select(Consultation.decisions).where(Consultation.id == run.consultation_id)
    ).one()
    try:
        recording.refuse_what_was_decided(session, run, taken)
    except DecidedMeanwhileError as error:
        facts = {"themes": error.theme_ids, "campaigns": error.campaign_ids}
        with act() as writing:
            runs.note_error(writing, run_id, error.message, facts)
        raise
    gone, overridden, members = recording.outdated(session, run)
    end_reading()
    small = BATCH // 3  # a split point's parts are written beside it
    kinds = {"gone": gone, "overridden": overridden, "members": members}
    fixes: list[tuple[str, Sequence[int]]] = [
        (kind, ids[i : i + small]) for kind, ids in kinds.items() for i in range(0, len(ids), small)
    ]
    return seen, fixes


def _fix(
    session: Session, run: Run, release: releases.Release, kind: str, ids: Sequence[int]
) -> None:
    if kind == "members":
        campaign_recording.drop_members(session, run, ids)
        return
    sizes = recording.sizes_from(release)
    if kind == "gone":
        recording.drop_labels(session, run, ids, sizes)
    else:
        recording.override_labels(session, ids, sizes)
    recording.keep_sizes(release, sizes)
