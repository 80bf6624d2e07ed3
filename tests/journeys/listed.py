"""A page in the list of all, and where some of them are found in the filled database."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import select

from consult.accounts import tokens
from consult.accounts.models import Invitation, Organisation
from consult.answers.models import Milestone
from consult.kernel import clock
from consult.moderation.redacting.models import PersonalFinding, Redaction
from consult.submissions.draftings.models import Drafting, DraftingText
from consult.submissions.models import MAIL, Comment, CommentImport, Submission
from tests.journeys.world import World


@dataclass(frozen=True)
class Listed:
    """One page."""

    name: str
    path: str | Callable[[World], str]
    role: str = "visitor"

    def address(self, world: World) -> str:
        return self.path if isinstance(self.path, str) else self.path(world)


def redacted(world: World) -> int:
    """A comment from which words were removed."""
    return int(world.first(Redaction).comment_id)


def sealed_letter(world: World) -> int:
    """What came on paper, from which words were removed."""
    taken_out = select(Comment.submission_id).join(Redaction, Redaction.comment_id == Comment.id)
    return int(
        world.first(Submission, Submission.channel == "paper", Submission.id.in_(taken_out)).id
    )


def suspect(world: World) -> int:
    """A comment in which something looks like personal data."""
    return int(world.first(PersonalFinding, PersonalFinding.state == "open").comment_id)


def mails(world: World) -> int:
    """A file of mails that nobody has taken in yet."""
    return int(world.first(CommentImport, CommentImport.kind == MAIL).id)


def promised(world: World) -> int:
    """What was promised for after the outcome."""
    return int(world.first(Milestone).id)


def promises(path: str = "") -> Callable[[World], str]:
    """A page of what was promised, or of one promise."""
    return lambda world: f"/desk/consultations/{world.answered.slug}/milestones{path}"


def _organisation(path: str = "") -> Callable[[World], str]:
    """A page of an organisation that the citizen leads."""
    founded = Organisation.founded_at.is_not(None)
    return lambda world: f"/account/organisations/{world.first(Organisation, founded).id}{path}"


def _invited_member(world: World) -> str:
    """What the letter to somebody invited into it brings."""
    invitation = world.first(Invitation, Invitation.organisation_id.is_not(None))
    return tokens.for_invitation(invitation, clock.now())


def _drafting(path: str = "", *, sent: bool = False) -> Callable[[World], str]:
    """A page of what its members draft, or of what they have sent."""
    ended = Drafting.ended_at.is_not(None) if sent else Drafting.ended_at.is_(None)
    return lambda world: f"/account/drafts/{world.first(Drafting, ended).id}{path}"


def _on_words(world: World) -> str:
    """A text on words of a clause."""
    text = world.first(DraftingText, DraftingText.quotes_id.is_not(None))
    return _drafting(f"/texts/art_1/{text.id}")(world)


PROMISES = [
    Listed("desk: promises", promises(), "official"),
    Listed("desk: a promise", lambda w: promises(f"/{promised(w)}")(w), "official"),
]

# What the members of an organisation see.
WRITTEN_TOGETHER = [
    Listed("invitation, organisation", lambda w: f"/invitation?token={_invited_member(w)}"),
    Listed("organisations", "/account/organisations", "citizen"),
    Listed("found an organisation", "/account/organisations/new", "citizen"),
    Listed("organisation", _organisation(), "citizen"),
    Listed("describe an organisation", _organisation("/description"), "citizen"),
    Listed("delete an organisation", _organisation("/delete"), "citizen"),
    Listed("drafts", _organisation("/drafts"), "citizen"),
    Listed("draft of an organisation", _drafting(), "citizen"),
    Listed("draft, a text", _drafting("/texts/art_1"), "citizen"),
    Listed("draft, other words", _drafting("/texts/art_2?propose=1"), "citizen"),
    Listed("draft, words of a clause", _on_words, "citizen"),
    Listed("draft, another text on a clause", _drafting("/texts/art_1/new"), "citizen"),
    Listed("draft, who wrote what", _drafting("/texts/art_1/history"), "citizen"),
    Listed("draft, to send", _drafting("/send"), "citizen"),
    Listed("draft, to delete", _drafting("/delete"), "citizen"),
    Listed("draft, sent", _drafting(sent=True), "citizen"),
]

# Pages whose addresses are the same whatever there is.
FIXED = [
    Listed("home", "/"),
    Listed("style", "/style"),
    Listed("rules", "/rules"),
    Listed("privacy", "/privacy"),
    Listed("accessibility", "/accessibility"),
    Listed("contact", "/contact"),
    Listed("register", "/register"),
    Listed("register, settled", "/register?state=answered&sort=late"),
    Listed("desk: consultations", "/desk", "official"),
    Listed("desk: new consultation", "/desk/consultations/new", "official"),
    Listed("desk: activity", "/desk/activity", "official"),
    Listed("search", "/search?q=bus"),
    Listed("removed comments", "/removals"),
    Listed("removed words", "/removals?show=words"),
    Listed("erased comments", "/removals?show=erased"),
    Listed("desk: work", "/desk/work", "official"),
    Listed("desk: reports", "/desk/reports", "official"),
    Listed("sign in", "/login"),
    Listed("new account", "/account/new"),
    Listed("letter sent", "/account/sent"),
    Listed("forgotten password", "/account/password/forgotten"),
    Listed("confirm again", "/account/confirm/again"),
    Listed("account", "/account", "citizen"),
    Listed("password", "/account/password", "citizen"),
    Listed("desk: bodies", "/desk/bodies", "official"),
    Listed("desk: new body", "/desk/bodies/new", "official"),
    Listed("receipt", "/receipt"),
    Listed("lost receipt", "/receipt/lost"),
    Listed("visit", "/visit"),
    Listed("own submissions", "/account/submissions", "citizen"),
]
