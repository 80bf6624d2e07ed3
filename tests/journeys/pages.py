"""Every GET page of Consult and how to reach it: add yours here.

`path` is the address, or builds it from the filled database; `role` is who opens it: "visitor"
(without an account), "citizen" (signed in), or "official" (with every role).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from consult.accounts import tokens
from consult.accounts.models import Invitation
from consult.drafts.models import Clause, Edit, Version
from consult.kernel import clock
from consult.notifications.views import stop_token
from consult.opinions.models import Stance
from consult.submissions.models import Comment, CommentImport, Submission
from consult.themes import quote_queries
from consult.themes.models import Campaign, Run, Theme
from tests.journeys.world import World


@dataclass(frozen=True)
class Listed:
    """One page."""

    name: str
    path: str | Callable[[World], str]
    role: str = "visitor"

    def address(self, world: World) -> str:
        return self.path if isinstance(self.path, str) else self.path(world)


def _answered(path: str = "") -> Callable[[World], str]:
    return lambda world: f"/consultations/{world.answered.slug}{path}"


def _open(path: str = "") -> Callable[[World], str]:
    return lambda world: f"/consultations/{world.open.slug}{path}"


def _desk(path: str) -> Callable[[World], str]:
    return lambda world: f"/desk/consultations/{world.answered.slug}{path}"


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


def _edit(world: World) -> Any:
    """A change between the two versions of the answered consultation."""
    return world.first(Edit, Edit.kind == "changed", Edit.gone_at.is_(None))


def _clause(world: World) -> str:
    """The key of the clause that it changed."""
    return str(world.first(Clause, Clause.id == _edit(world).clause_id).key)


def _theme(world: World) -> int:
    """An accepted theme of the answered consultation."""
    accepted = select(Theme.id).where(Theme.state == "accepted").order_by(Theme.id)
    quotes = quote_queries.quotes(world.session, world.session.scalars(accepted).all())
    return next(theme for theme, found in quotes.items() if any(q.chosen for q in found))


def _mine(world: World) -> int:
    return int(world.first(Submission, Submission.user_id == world.citizen.id).id)


def _of_the_web(world: World) -> int:
    open_ = Submission.consultation_id == world.open.id
    return int(world.first(Submission, open_, Submission.channel == "web").id)


def _own_comment(world: World) -> int:
    """A comment of the citizen that can still be corrected."""
    own = world.first(
        Submission,
        Submission.user_id == world.citizen.id,
        Submission.consultation_id == world.open.id,
    )
    return int(_comment(world, Comment.submission_id == own.id).id)


def _token(world: World, purpose: str) -> str:
    """What a letter to the citizen brings."""
    return tokens.for_user(purpose, world.citizen, clock.now())


def _invited(world: World) -> str:
    """What the letter to an invited official brings."""
    return tokens.for_invitation(world.first(Invitation), clock.now())


PAGES = [
    # pages
    Listed("home", "/"),
    Listed("style", "/style"),
    Listed("rules", "/rules"),
    Listed("privacy", "/privacy"),
    Listed("accessibility", "/accessibility"),
    Listed("contact", "/contact"),
    Listed("overview, announced", lambda w: f"/consultations/{w.announced.slug}"),
    Listed("overview, open", _open()),
    Listed("overview, considered", lambda w: f"/consultations/{w.considered.slug}"),
    Listed("overview, overdue", lambda w: f"/consultations/{w.overdue.slug}"),
    Listed("overview, answered", _answered()),
    Listed("draft, open", _open("/draft")),
    Listed("draft, answered", _answered("/draft")),
    Listed("draft, first version", _answered("/draft/1")),
    Listed("draft, compared", _answered("/draft/compare/1/2")),
    Listed("draft, clause", lambda w: _answered(f"/draft/clauses/{_clause(w)}")(w)),
    Listed("draft, conversation", lambda w: _answered(f"/draft/clauses/{_clause(w)}/comments")(w)),
    Listed("comments", _answered("/comments")),
    Listed("comment", lambda w: f"/comments/{_comment(w, Comment.replies_id.is_not(None)).id}"),
    Listed("themes", _answered("/themes")),
    Listed("theme", lambda w: _answered(f"/themes/{_theme(w)}")(w)),
    Listed("register", "/register"),
    Listed("outcome", _answered("/outcome")),
    Listed("outcome, points", _answered("/outcome/points")),
    Listed("why did this change", lambda w: _answered(f"/changes/{_edit(w).id}")(w)),
    Listed("trace", lambda w: f"/submissions/{_mine(w)}/trace", "citizen"),
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
    Listed("write, late", lambda w: f"/consultations/{w.considered.slug}/comments/new"),
    Listed(
        "reply",
        lambda w: f"/comments/{_comment(w, Comment.consultation_id == w.open.id).id}/reply",
    ),
    Listed("receipt", "/receipt"),
    Listed("lost receipt", "/receipt/lost"),
    Listed("visit", "/visit"),
    Listed("own submissions", "/account/submissions", "citizen"),
    Listed("own submission", lambda w: f"/submissions/{_mine(w)}", "citizen"),
    Listed("correct", lambda w: f"/comments/{_own_comment(w)}/correct", "citizen"),
    Listed("withdraw", lambda w: f"/comments/{_own_comment(w)}/withdraw", "citizen"),
    Listed("own e-mail", lambda w: f"/submissions/{_mine(w)}/email", "citizen"),
    # accounts
    Listed("sign in", "/login"),
    Listed("new account", "/account/new"),
    Listed("letter sent", "/account/sent"),
    Listed("forgotten password", "/account/password/forgotten"),
    Listed("confirm again", "/account/confirm/again"),
    Listed("confirm", lambda w: f"/account/confirm?token={_token(w, tokens.CONFIRM)}"),
    Listed("new password", lambda w: f"/account/password/new?token={_token(w, tokens.RESET)}"),
    Listed("invitation", lambda w: f"/invitation?token={_invited(w)}"),
    Listed("account", "/account", "citizen"),
    Listed("password", "/account/password", "citizen"),
    Listed("stop letters", lambda w: f"/letters/stop/{stop_token(f'submission:{_mine(w)}')}"),
    Listed("desk: bodies", "/desk/bodies", "official"),
    Listed("desk: new body", "/desk/bodies/new", "official"),
    Listed("desk: body", lambda w: f"/desk/bodies/{w.body.slug}", "official"),
    Listed("desk: describe body", lambda w: f"/desk/bodies/{w.body.slug}/description", "official"),
    # consultations
    Listed("desk: consultations", "/desk", "official"),
    Listed("desk: new consultation", "/desk/consultations/new", "official"),
    Listed("desk: consultation", _desk(""), "official"),
    Listed("desk: open consultation", lambda w: f"/desk/consultations/{w.open.slug}", "official"),
    Listed("desk: describe", _desk("/description"), "official"),
    Listed("desk: dates", lambda w: f"/desk/consultations/{w.open.slug}/dates", "official"),
    Listed(
        "desk: announce", lambda w: f"/desk/consultations/{w.prepared.slug}/announce", "official"
    ),
    Listed("desk: cancel", lambda w: f"/desk/consultations/{w.open.slug}/cancel", "official"),
    Listed("desk: activity", "/desk/activity", "official"),
    Listed("desk: activity of one", _desk("/activity"), "official"),
    # moderation
    Listed("search", "/search?q=bus"),
    Listed("removed comments", "/removals"),
    Listed("removed comments of one", lambda w: f"/consultations/{w.considered.slug}/removals"),
    Listed(
        "report a comment",
        lambda w: f"/comments/{_comment(w, Comment.state == 'published').id}/report",
    ),
    Listed(
        "reported", lambda w: f"/comments/{_comment(w, Comment.state == 'published').id}/reported"
    ),
    Listed("desk: imports", lambda w: f"/desk/consultations/{w.open.slug}/imports", "official"),
    Listed("desk: import", lambda w: _desk(f"/imports/{w.first(CommentImport).id}")(w), "official"),
    Listed(
        "desk: slip",
        lambda w: _desk(
            f"/imports/submissions/{w.first(Submission, Submission.channel == 'paper').id}"
        )(w),
        "official",
    ),
    Listed(
        "desk: find a receipt",
        lambda w: f"/desk/consultations/{w.open.slug}/imports/receipt",
        "official",
    ),
    Listed(
        "desk: receipt of the web",
        lambda w: f"/desk/consultations/{w.open.slug}/imports/submissions/{_of_the_web(w)}",
        "official",
    ),
    Listed("desk: paper", lambda w: f"/desk/consultations/{w.open.slug}/imports/paper", "official"),
    Listed("desk: work", "/desk/work", "official"),
    Listed("desk: reports", "/desk/reports", "official"),
    Listed("desk: reports of one", _desk("/reports"), "official"),
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
    Listed("desk: campaign", lambda w: _desk(f"/campaigns/{w.first(Campaign).id}")(w), "official"),
    Listed(
        "desk: campaign, what waits",
        lambda w: _desk(f"/campaigns/{w.first(Campaign).id}?only=waiting")(w),
        "official",
    ),
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
    Listed("desk: clause", _writing("/clauses/art_1"), "official"),
    Listed("desk: struck clause", _writing("/clauses/art_2"), "official"),
    Listed("desk: insert clause", _writing("/insert"), "official"),
    Listed("desk: move clause", _writing("/clauses/art_1/move"), "official"),
    Listed("desk: delete clause", _writing("/clauses/art_1/delete"), "official"),
    Listed("desk: erratum", _writing("/versions/1/clauses/art_1/erratum"), "official"),
    Listed("desk: ground", lambda w: _writing(f"/edits/{_written(w)}/ground")(w), "official"),
    # answers
    Listed("desk: answers", _desk("/answers"), "official"),
    Listed("desk: open points", _desk("/answers/open"), "official"),
    Listed("desk: answered points", _desk("/answers/points"), "official"),
    Listed("desk: publish", _desk("/answers/publish"), "official"),
    Listed("desk: publications", _desk("/answers/publications"), "official"),
    Listed(
        "desk: decide",
        lambda w: _desk(f"/answers/theme/{_theme(w)}")(w),
        "official",
    ),
]

# Addresses that answer with something else than a page.
NOT_PAGES = {
    "activity.download",
    "activity.download_of_consultation",
    "exports.download",
    "about.favicon",
    "about.robots",
    "about.security",
    "operations.alive",
    "operations.metrics",
    "operations.ready",
    "static",
}
