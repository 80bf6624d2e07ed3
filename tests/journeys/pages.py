"""Every GET page of Consult and how to reach it: add yours here.

`path` is the address, or builds it from the filled database; `role` is who opens it: "visitor"
(without an account), "citizen" (signed in), or "official" (with every role).
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import select

from consult.accounts import tokens
from consult.accounts.models import Invitation
from consult.answers.models import TextModule
from consult.drafts.models import Anchor, Clause, Edit, Placement, Version
from consult.kernel import clock
from consult.moderation.cases.links import case_token
from consult.moderation.models import IdentityCase, Objection
from consult.notifications.views import stop_token
from consult.opinions.models import Stance
from consult.submissions.letters import not_me_token
from consult.submissions.models import Comment, CommentImport, CommentRevision, Submission
from consult.themes import quote_queries
from consult.themes.models import Campaign, Run, Theme
from tests.journeys.listed import (
    FIXED,
    PROMISES,
    WRITTEN_TOGETHER,
    Listed,
    mails,
    redacted,
    sealed_letter,
    suspect,
)
from tests.journeys.world import World


def _answered(path: str = "") -> Callable[[World], str]:
    return lambda world: f"/consultations/{world.answered.slug}{path}"


def _open(path: str = "") -> Callable[[World], str]:
    return lambda world: f"/consultations/{world.open.slug}{path}"


def _desk(path: str) -> Callable[[World], str]:
    return lambda world: f"/desk/consultations/{world.answered.slug}{path}"


def _incoming(path: str = "") -> Callable[[World], str]:
    """A page of what officials bring in."""
    return lambda world: f"/desk/consultations/{world.open.slug}/imports{path}"


def _on_paper(path: str = "") -> Callable[[World], str]:
    """A page of a submission that came on paper."""
    paper = Submission.channel == "paper"
    return lambda w: _desk(f"/imports/submissions/{w.first(Submission, paper).id}{path}")(w)


def _writing(path: str) -> Callable[[World], str]:
    """A page of the text that is being written."""
    return lambda world: f"/desk/consultations/{world.open.slug}/draft{path}"


def _written(world: World) -> int:
    """An edit of a version that is not public."""
    unpublished = select(Version.id).where(Version.published_at.is_(None))
    return int(world.first(Edit, Edit.version_id.in_(unpublished), Edit.gone_at.is_(None)).id)


def _comment(world: World, *conditions: Any) -> Any:
    return world.first(Comment, Comment.state == "published", *conditions)


def _spoken_about(world: World) -> int:
    """A comment with which people agree and disagree."""
    return int(world.first(Stance).comment_id)


def _proposals(world: World) -> list[CommentRevision]:
    """Other words that people propose for Art. 6 of the open consultation."""
    found = world.session.execute(
        select(CommentRevision)
        .join(Comment, Comment.id == CommentRevision.comment_id)
        .where(
            CommentRevision.proposed_source.is_not(None),
            Comment.consultation_id == world.open.id,
        )
        .order_by(CommentRevision.id)
    )
    return list(found.scalars())


def _overlay(world: World) -> str:
    chosen = "&".join(f"choose={row.id}" for row in _proposals(world)[:2])
    return f"/desk/consultations/{world.open.slug}/proposals/art_6/overlay?{chosen}"


def _adopt(world: World) -> str:
    revision = _proposals(world)[0].id
    return f"/desk/consultations/{world.open.slug}/proposals/art_6/{revision}/adopt"


def _edit(world: World) -> Any:
    """A change between the two versions of the answered consultation."""
    return world.first(Edit, Edit.kind == "changed", Edit.gone_at.is_(None))


def _clause(world: World) -> str:
    """The key of the clause that it changed."""
    return str(world.first(Clause, Clause.id == _edit(world).clause_id).key)


def _gone(world: World) -> str:
    """The key of a clause that fell away."""
    deleted = world.first(Edit, Edit.kind == "deleted", Edit.gone_at.is_(None))
    return str(world.first(Clause, Clause.id == deleted.clause_id).key)


def _placed(world: World, state: str) -> int:
    """A comment whose words stand so in the newest version."""
    placed = world.first(Placement, Placement.state == state)
    return int(_comment(world, Comment.anchor_id == placed.anchor_id).id)


def _unclear(world: World) -> int:
    """Words that wait for a person to say where they stand."""
    return int(world.first(Placement, Placement.state == "unclear").id)


def _anchor(world: World) -> Any:
    """Exact words of the open consultation's text on which somebody commented."""
    commented = select(Comment.anchor_id).where(
        Comment.consultation_id == world.open.id, Comment.state == "published"
    )
    return world.first(Anchor, Anchor.id.in_(commented))


def _key(world: World, clause_id: int) -> str:
    return str(world.first(Clause, Clause.id == clause_id).key)


def _on_words(world: World) -> str:
    anchor = _anchor(world)
    asked = f"in={anchor.language}&from={anchor.start}&to={anchor.end}&all=1"
    return _open(f"/draft/clauses/{_key(world, anchor.clause_id)}/comments?{asked}")(world)


def _anchored(world: World) -> str:
    anchor = _anchor(world)
    asked = {"clause": _key(world, anchor.clause_id), "words": anchor.exact, "at": anchor.start}
    return urlencode({**asked, "lang": anchor.language})


def _theme(world: World) -> int:
    """An accepted theme of the answered consultation."""
    accepted = select(Theme.id).where(Theme.state == "accepted").order_by(Theme.id)
    quotes = quote_queries.quotes(world.session, world.session.scalars(accepted).all())
    return next(theme for theme, found in quotes.items() if any(q.chosen for q in found))


def _campaign(
    at: Callable[[str], Callable[[World], str]], behind: str = ""
) -> Callable[[World], str]:
    return lambda w: at(f"/campaigns/{w.first(Campaign).id}{behind}")(w)


def _mine(world: World) -> int:
    return int(world.first(Submission, Submission.user_id == world.citizen.id).id)


def _of_the_web(world: World) -> int:
    open_ = Submission.consultation_id == world.open.id
    return int(world.first(Submission, open_, Submission.channel == "web").id)


def _own_submission(world: World) -> int:
    own = world.first(
        Submission,
        Submission.user_id == world.citizen.id,
        Submission.consultation_id == world.open.id,
    )
    return int(own.id)


def _own_comment(world: World) -> int:
    """A comment of the citizen that can still be corrected."""
    return int(_comment(world, Comment.submission_id == _own_submission(world)).id)


def _token(world: World, purpose: str) -> str:
    """What a letter to the citizen brings."""
    return tokens.for_user(purpose, world.citizen, clock.now())


def _invited(world: World) -> str:
    """What the letter to an invited official brings."""
    return tokens.for_invitation(world.first(Invitation), clock.now())


def _removed(world: World, *, objected: bool) -> int:
    """A removed comment of the citizen, to whose removal they objected or did not."""
    objection = world.first(Objection)
    if objected:
        return int(objection.comment_id)
    own = select(Submission.id).where(Submission.user_id == world.citizen.id)
    other = Comment.id != objection.comment_id
    gone = world.first(Comment, Comment.state == "removed", Comment.submission_id.in_(own), other)
    return int(gone.id)


def _case(world: World) -> Any:
    """The case that was opened because of a report."""
    return world.first(IdentityCase)


PAGES = [
    # pages
    Listed("overview, announced", lambda w: f"/consultations/{w.announced.slug}"),
    Listed("overview, open", _open()),
    Listed("overview, considered", lambda w: f"/consultations/{w.considered.slug}"),
    Listed("overview, overdue", lambda w: f"/consultations/{w.overdue.slug}"),
    Listed("overview, answered", _answered()),
    Listed("draft, open", _open("/draft")),
    Listed("draft, answered", _answered("/draft")),
    Listed("draft, first version", _answered("/draft/1")),
    Listed("draft, words marked", _open("/draft?marks=1")),
    Listed(
        "draft, one theme",
        lambda w: _answered(f"/draft?theme={_theme(w)}&unanswered=1&marks=1&only=1")(w),
    ),
    Listed("draft, compared", _answered("/draft/compare/1/2")),
    Listed("draft, side by side", _answered("/draft/compare/1/2?view=side&because=comments")),
    Listed("draft, two versions chosen", _answered("/draft/compare?version=2&version=1")),
    Listed("draft, redline", _answered("/draft?changes=1")),
    Listed("draft, translation", _open("/draft?text=fr")),
    Listed("draft, two languages", _open("/draft?text=de&beside=fr")),
    Listed("draft, clause that is gone", lambda w: _answered(f"/draft/clauses/{_gone(w)}")(w)),
    Listed("comment on words that moved", lambda w: f"/comments/{_placed(w, 'edited')}"),
    Listed("draft, clause", lambda w: _answered(f"/draft/clauses/{_clause(w)}")(w)),
    Listed("draft, conversation", lambda w: _answered(f"/draft/clauses/{_clause(w)}/comments")(w)),
    Listed("draft, on words", _on_words),
    Listed("comments", _answered("/comments")),
    Listed("comment", lambda w: f"/comments/{_comment(w, Comment.replies_id.is_not(None)).id}"),
    Listed("comment, with other words", lambda w: f"/comments/{_proposals(w)[0].comment_id}"),
    Listed("comments, with other words", _open("/comments?clause=art_6&proposals=yes")),
    Listed("draft, clause with adopted words", _answered("/draft/clauses/art_20")),
    Listed("themes", _answered("/themes")),
    Listed("theme", lambda w: _answered(f"/themes/{_theme(w)}")(w)),
    Listed("campaigns, how they are counted", _answered("/campaigns")),
    Listed("campaign", _campaign(_answered)),
    Listed("outcome", _answered("/outcome")),
    Listed("outcome, points", _answered("/outcome/points")),
    Listed("report", _answered("/report")),
    Listed("why did this change", lambda w: _answered(f"/changes/{_edit(w).id}")(w)),
    Listed("trace", lambda w: f"/submissions/{_mine(w)}/trace", "citizen"),
    Listed("who took part", _answered("/participation")),
    Listed("who took part, few", _open("/participation")),
    # opinions
    Listed("comment, spoken about", lambda w: f"/comments/{_spoken_about(w)}"),
    Listed("stance", lambda w: f"/comments/{_spoken_about(w)}/stance"),
    Listed("stance, with an account", lambda w: f"/comments/{_spoken_about(w)}/stance", "citizen"),
    Listed("stance, closed", lambda w: f"/comments/{_comment(w).id}/stance"),
    Listed("what do others say", _open("/others")),
    Listed("opinion groups", _open("/opinion-groups")),
    Listed("opinion groups, none", _answered("/opinion-groups")),
    # submissions
    Listed("write, on the whole", _open("/comments/new")),
    Listed("write, other words", _open("/comments/new?clause=art_6&propose=1")),
    Listed("write, on words", lambda w: _open(f"/comments/new?{_anchored(w)}")(w)),
    Listed("write, late", lambda w: f"/consultations/{w.considered.slug}/comments/new"),
    Listed(
        "reply",
        lambda w: f"/comments/{_comment(w, Comment.consultation_id == w.open.id).id}/reply",
    ),
    Listed("own submission", lambda w: f"/submissions/{_mine(w)}", "citizen"),
    Listed("correct", lambda w: f"/comments/{_own_comment(w)}/correct", "citizen"),
    Listed("erase what I sent", lambda w: f"/submissions/{_own_submission(w)}/erase", "citizen"),
    Listed("withdraw", lambda w: f"/comments/{_own_comment(w)}/withdraw", "citizen"),
    Listed("own e-mail", lambda w: f"/submissions/{_mine(w)}/email", "citizen"),
    # accounts
    Listed("confirm", lambda w: f"/account/confirm?token={_token(w, tokens.CONFIRM)}"),
    Listed("new password", lambda w: f"/account/password/new?token={_token(w, tokens.RESET)}"),
    Listed("invitation", lambda w: f"/invitation?token={_invited(w)}"),
    *FIXED,
    *WRITTEN_TOGETHER,
    Listed("stop letters", lambda w: f"/letters/stop/{stop_token(f'submission:{_mine(w)}')}"),
    Listed("desk: body", lambda w: f"/desk/bodies/{w.body.slug}", "official"),
    Listed("desk: describe body", lambda w: f"/desk/bodies/{w.body.slug}/description", "official"),
    Listed("desk: text modules", lambda w: f"/desk/bodies/{w.body.slug}/modules", "official"),
    Listed(
        "desk: new text module", lambda w: f"/desk/bodies/{w.body.slug}/modules/new", "official"
    ),
    Listed(
        "desk: text module",
        lambda w: f"/desk/bodies/{w.body.slug}/modules/{w.first(TextModule).id}",
        "official",
    ),
    # consultations
    Listed("desk: consultation", _desk(""), "official"),
    Listed("desk: open consultation", lambda w: f"/desk/consultations/{w.open.slug}", "official"),
    Listed("desk: describe", _desk("/description"), "official"),
    Listed(
        "desk: missing document", lambda w: f"/desk/consultations/{w.open.slug}/missing", "official"
    ),
    Listed("desk: dates", lambda w: f"/desk/consultations/{w.open.slug}/dates", "official"),
    Listed(
        "desk: announce", lambda w: f"/desk/consultations/{w.prepared.slug}/announce", "official"
    ),
    Listed("desk: cancel", lambda w: f"/desk/consultations/{w.open.slug}/cancel", "official"),
    Listed("desk: activity of one", _desk("/activity"), "official"),
    Listed("desk: report", _desk("/report"), "official"),
    # moderation
    Listed("removed comments of one", lambda w: f"/consultations/{w.considered.slug}/removals"),
    Listed("erased comments of one", _answered("/removals?show=erased")),
    Listed(
        "desk: erase a submission",
        lambda w: f"/desk/consultations/{w.open.slug}/submissions/{_of_the_web(w)}/erase",
        "official",
    ),
    Listed("removed words of one", _answered("/removals?show=words")),
    Listed("comment without some words", lambda w: f"/comments/{redacted(w)}"),
    Listed(
        "report a comment",
        lambda w: f"/comments/{_comment(w, Comment.state == 'published').id}/report",
    ),
    Listed(
        "reported", lambda w: f"/comments/{_comment(w, Comment.state == 'published').id}/reported"
    ),
    Listed("this was not me", lambda w: f"/comments/{_spoken_about(w)}/not-me"),
    Listed("this was not me, own", lambda w: f"/comments/{_own_comment(w)}/not-me", "citizen"),
    Listed(
        "this was not me, by letter",
        lambda w: f"/not-me/{not_me_token(_of_the_web(w), clock.now())}",
    ),
    Listed("case", lambda w: f"/comments/{_case(w).comment_id}/case", "citizen"),
    Listed("case, by link", lambda w: f"/cases/{case_token(_case(w).report_id, clock.now())}"),
    Listed(
        "desk: case",
        lambda w: f"/desk/consultations/{w.answered.slug}/cases/{_case(w).comment_id}",
        "official",
    ),
    Listed("object", lambda w: f"/comments/{_removed(w, objected=False)}/object", "citizen"),
    Listed(
        "desk: objection",
        lambda w: _desk(f"/objections/{_removed(w, objected=True)}")(w),
        "official",
    ),
    Listed("desk: imports", _incoming(), "official"),
    Listed("desk: import", lambda w: _desk(f"/imports/{w.first(CommentImport).id}")(w), "official"),
    Listed("desk: slip", _on_paper(), "official"),
    Listed("desk: add scans", _on_paper("/scans"), "official"),
    Listed("desk: document", _incoming("/document"), "official"),
    Listed(
        "desk: points by headings",
        lambda w: _desk(
            f"/comments/{_comment(w, Comment.consultation_id == w.answered.id).id}/outline"
        )(w),
        "official",
    ),
    Listed("desk: mails", _incoming("/mails"), "official"),
    Listed("desk: mails to take in", lambda w: _incoming(f"/mails/{mails(w)}")(w), "official"),
    *PROMISES,
    Listed("desk: find a receipt", _incoming("/receipt"), "official"),
    Listed(
        "desk: receipt of the web",
        lambda w: _incoming(f"/submissions/{_of_the_web(w)}")(w),
        "official",
    ),
    Listed("desk: paper", _incoming("/paper"), "official"),
    Listed("desk: reports of one", _desk("/reports"), "official"),
    Listed("desk: late comments", _desk("/late"), "official"),
    Listed("desk: late comments admitted", _desk("/late?show=admitted"), "official"),
    Listed("desk: personal data", _desk("/redaction"), "official"),
    Listed("desk: words to remove", lambda w: _desk(f"/redaction/{suspect(w)}")(w), "official"),
    Listed("desk: words removed", _desk("/redaction/removed"), "official"),
    Listed(
        "desk: sealed files",
        lambda w: _desk(f"/redaction/submissions/{sealed_letter(w)}/files")(w),
        "official",
    ),
    Listed("desk: replies", _desk("/replies"), "official"),
    Listed("desk: replies addressed", _desk("/replies?show=addressed"), "official"),
    Listed(
        "desk: moderate",
        lambda w: (
            f"/desk/consultations/{w.open.slug}/reports"
            f"/{_comment(w, Comment.consultation_id == w.open.id).id}"
        ),
        "official",
    ),
    # themes
    Listed("desk: themes", _desk("/themes"), "official"),
    Listed("desk: theme", lambda w: _desk(f"/themes/{_theme(w)}")(w), "official"),
    Listed("desk: edit theme", lambda w: _desk(f"/themes/{_theme(w)}/edit")(w), "official"),
    Listed("desk: merge theme", lambda w: _desk(f"/themes/{_theme(w)}/merge")(w), "official"),
    Listed("desk: move points", lambda w: _desk(f"/themes/{_theme(w)}/move")(w), "official"),
    Listed("desk: new theme", _desk("/themes/new"), "official"),
    Listed("desk: analysis", _desk("/analysis"), "official"),
    Listed("desk: check points", _desk("/points/check"), "official"),
    Listed("desk: run", lambda w: _desk(f"/analysis/{w.first(Run).id}")(w), "official"),
    Listed(
        "desk: run changes",
        lambda w: _desk(f"/analysis/{w.first(Run).id}/changes")(w),
        "official",
    ),
    Listed(
        "desk: unprocessed",
        lambda w: _desk(f"/analysis/{w.first(Run).id}/unprocessed")(w),
        "official",
    ),
    Listed("desk: campaigns", _desk("/campaigns"), "official"),
    Listed("desk: campaign", _campaign(_desk), "official"),
    Listed("desk: campaign, what was added", _campaign(_desk, "/additions"), "official"),
    Listed("desk: campaign, what waits", _campaign(_desk, "?only=waiting"), "official"),
    Listed("desk: coding", _desk("/coding"), "official"),
    Listed("desk: second reading", _desk("/reading"), "official"),
    Listed("desk: points of the second reading", _desk("/reading/points"), "official"),
    Listed("desk: points", _desk("/points"), "official"),
    Listed(
        "desk: split",
        lambda w: (
            f"/desk/consultations/{w.open.slug}/comments"
            f"/{_comment(w, Comment.consultation_id == w.open.id).id}/points"
        ),
        "official",
    ),
    # drafts
    Listed("desk: draft", _desk("/draft"), "official"),
    Listed("desk: no draft", lambda w: f"/desk/consultations/{w.announced.slug}/draft", "official"),
    Listed("desk: next version", _writing(""), "official"),
    Listed("desk: bring a text in", _writing("/import"), "official"),
    Listed("desk: text brought in", _writing("/import/text"), "official"),
    Listed("desk: clause brought in", _writing("/import/text/clauses/1"), "official"),
    Listed(
        "desk: text being read",
        lambda w: f"/desk/consultations/{w.announced.slug}/draft/import/text",
        "official",
    ),
    Listed("desk: clause", _writing("/clauses/art_1"), "official"),
    Listed("desk: struck clause", _writing("/clauses/art_2"), "official"),
    Listed("desk: insert clause", _writing("/insert"), "official"),
    Listed("desk: move clause", _writing("/clauses/art_1/move"), "official"),
    Listed("desk: delete clause", _writing("/clauses/art_1/delete"), "official"),
    Listed("desk: languages", _writing("/languages"), "official"),
    Listed("desk: bring a translation in", _writing("/languages/bring"), "official"),
    Listed("desk: translation that is behind", _writing("/clauses/art_1/fr"), "official"),
    Listed("desk: translation that is missing", _writing("/clauses/art_3/lb"), "official"),
    Listed("desk: erratum", _writing("/versions/1/clauses/art_1/erratum"), "official"),
    Listed("desk: words without a place", _desk("/draft/placements"), "official"),
    Listed(
        "desk: where words belong",
        lambda w: _desk(f"/draft/placements/{_unclear(w)}")(w),
        "official",
    ),
    Listed("desk: ground", lambda w: _writing(f"/edits/{_written(w)}/ground")(w), "official"),
    # answers
    Listed("desk: proposals", lambda w: f"/desk/consultations/{w.open.slug}/proposals", "official"),
    Listed(
        "desk: proposals for a clause",
        lambda w: f"/desk/consultations/{w.open.slug}/proposals/art_6",
        "official",
    ),
    Listed("desk: two proposals", _overlay, "official"),
    Listed("desk: adopt", _adopt, "official"),
    Listed("desk: who took part", _desk("/participation"), "official"),
    Listed("desk: answers", _desk("/answers"), "official"),
    Listed("desk: hand-overs", _desk("/answers/hand-overs"), "official"),
    Listed("desk: answer many", _desk("/answers/bulk?language=fr"), "official"),
    Listed("desk: answers to check", _desk("/answers/check?state=drafting"), "official"),
    Listed("desk: open points", _desk("/answers/open"), "official"),
    Listed("desk: answered points", _desk("/answers/points"), "official"),
    Listed("desk: publish", _desk("/answers/publish"), "official"),
    Listed(
        "desk: reasons", lambda w: f"/desk/consultations/{w.open.slug}/answers/reasons", "official"
    ),
    Listed("desk: publications", _desk("/answers/publications"), "official"),
    Listed(
        "desk: decide",
        lambda w: _desk(f"/answers/theme/{_theme(w)}")(w),
        "official",
    ),
]
