"""The one permission table: every endpoint of the application and who may use it.

An endpoint that is not listed is refused (a test finds it first). For pages below
`/desk/consultations/<slug>` a role counts only in a body of that consultation.
"""

from dataclasses import dataclass

from consult.accounts.models import ROLES


@dataclass(frozen=True)
class Rule:
    """Who may use an endpoint: everybody, anybody signed in, or people with one of some roles."""

    public: bool = False
    roles: frozenset[str] = frozenset()


PUBLIC = Rule(public=True)
SIGNED_IN = Rule()


def role(*names: str) -> Rule:
    """Officials who hold one of these roles."""
    assert set(names) <= set(ROLES)
    return Rule(roles=frozenset(names))


# Reading the desk, for everybody who works there or watches over it.
DESK = role(*ROLES)
ADMINISTRATORS = role("administrator")
PUBLISHERS = role("publisher")
# Who brings in what came on paper or in a file, and prints its receipts.
CLERKS = role("moderator", "editor", "publisher")
EDITORS = role("editor", "publisher")
ANALYSTS = role("analyst", "editor", "publisher")
MODERATORS = role("moderator", "publisher")
# Who reads what people say to each other, and finds what asks for an answer.
READERS = role("moderator", "analyst", "editor", "publisher")
# Who decides about work and letters that failed: publishers in their consultations,
# administrators about accounts and invitations.
RUNNERS = role("publisher", "administrator")
AUDITORS = role("auditor", "oversight", "publisher", "administrator")

TABLE: dict[str, Rule] = {
    "static": PUBLIC,
    # pages
    "about.accessibility": PUBLIC,
    "about.contact": PUBLIC,
    "about.favicon": PUBLIC,
    "about.privacy": PUBLIC,
    "about.robots": PUBLIC,
    "about.rules": PUBLIC,
    "about.security": PUBLIC,
    "draft.show": PUBLIC,
    "draft.compare": PUBLIC,
    "draft.clause": PUBLIC,
    "draft.conversation": PUBLIC,
    "home.index": PUBLIC,
    "outcome.show": PUBLIC,
    "outcome.points": PUBLIC,
    "outcome.change": PUBLIC,
    # The holder of the receipt or of the account; a stranger gets "not found".
    "trace.show": PUBLIC,
    "overview.show": PUBLIC,
    "style.index": PUBLIC,
    "search.index": PUBLIC,
    "desk.index": DESK,
    "desk.consultation": DESK,
    "work.index": RUNNERS,
    "work.again": RUNNERS,
    "work.stop": RUNNERS,
    "work.send": RUNNERS,
    "work.sent": RUNNERS,
    "work.give_up": RUNNERS,
    "work.send_failed": RUNNERS,
    "activity.index": AUDITORS,
    "activity.download": AUDITORS,
    "activity.of_consultation": AUDITORS,
    "activity.download_of_consultation": AUDITORS,
    # accounts
    "accounts.login": PUBLIC,
    "accounts.logout": PUBLIC,
    "accounts.register": PUBLIC,
    "accounts.sent": PUBLIC,
    "accounts.confirm": PUBLIC,
    "accounts.confirm_again": PUBLIC,
    "accounts.forgotten": PUBLIC,
    "accounts.new_password": PUBLIC,
    "accounts.invitation": PUBLIC,
    "accounts.account": SIGNED_IN,
    "accounts.password": SIGNED_IN,
    "accounts.end_session": SIGNED_IN,
    "accounts.end_other_sessions": SIGNED_IN,
    "accounts_desk.bodies": DESK,
    "accounts_desk.new_body": ADMINISTRATORS,
    "accounts_desk.body": ADMINISTRATORS,
    "accounts_desk.describe_body": ADMINISTRATORS,
    "accounts_desk.invite": ADMINISTRATORS,
    "accounts_desk.void_invitation": ADMINISTRATORS,
    "accounts_desk.withdraw_role": ADMINISTRATORS,
    # consultations
    "consultations_desk.new": PUBLISHERS,
    "consultations_desk.describe": EDITORS,
    "consultations_desk.dates": PUBLISHERS,
    "consultations_desk.announce": PUBLISHERS,
    "consultations_desk.cancel": PUBLISHERS,
    "register.index": PUBLIC,
    # drafts
    "drafts_desk.show": DESK,
    **dict.fromkeys(
        (
            "drafts_desk.bring",
            "drafts_desk.publish",
            "drafts_desk.begin",
            "drafts_desk.ground",
            "drafts_desk.erratum",
            "drafts_desk.clause",
            "drafts_desk.insert",
            "drafts_desk.move",
            "drafts_desk.delete",
            "drafts_desk.restore",
        ),
        EDITORS,
    ),
    # submissions
    "comments.index": PUBLIC,
    "comments.show": PUBLIC,
    "submissions.write": PUBLIC,
    "submissions.reply": PUBLIC,
    "submissions.visit": PUBLIC,
    "submissions.end_visit": PUBLIC,
    "submissions.receipt": PUBLIC,
    "submissions.close_receipt": PUBLIC,
    # The holder of the receipt or of the account; a stranger gets "not found".
    "submissions.mine": PUBLIC,
    "submissions.email": PUBLIC,
    "submissions.lost": PUBLIC,
    "submissions.own": SIGNED_IN,
    "imports_desk.index": CLERKS,
    "imports_desk.show": CLERKS,
    "imports_desk.again": CLERKS,
    "imports_desk.receipts": CLERKS,
    "imports_desk.paper": CLERKS,
    "imports_desk.slip": CLERKS,
    "imports_desk.find": CLERKS,
    "imports_desk.void": CLERKS,
    "imports_desk.replace": CLERKS,
    "imports_desk.send_new": CLERKS,
    # moderation
    "moderation.report": PUBLIC,
    "moderation.reported": PUBLIC,
    # The author, by receipt or account; anybody else is told so.
    "moderation.withdraw": PUBLIC,
    "moderation.correct": PUBLIC,
    "moderation.removals": PUBLIC,
    "moderation.removals_of": PUBLIC,
    "moderation_desk.queue": MODERATORS,
    "moderation_desk.reports": MODERATORS,
    "moderation_desk.comment": MODERATORS,
    "moderation_desk.remove": MODERATORS,
    "moderation_desk.keep": MODERATORS,
    "moderation_desk.hold": MODERATORS,
    "moderation_desk.admit": MODERATORS,
    "moderation_desk.publish": MODERATORS,
    "moderation_desk.replies": READERS,
    "moderation_desk.address": READERS,
    "moderation_desk.take_back": READERS,
    # themes
    "themes.show": PUBLIC,
    "themes.theme": PUBLIC,
    "themes_desk.show": ANALYSTS,
    "themes_desk.new": ANALYSTS,
    "themes_desk.theme": ANALYSTS,
    "themes_desk.edit": ANALYSTS,
    "themes_desk.accept": ANALYSTS,
    "themes_desk.set_aside": ANALYSTS,
    "themes_desk.merge": ANALYSTS,
    "themes_desk.points": ANALYSTS,
    "themes_desk.move": ANALYSTS,
    "analysis_desk.show": ANALYSTS,
    "analysis_desk.cancel": ANALYSTS,
    "analysis_desk.again": ANALYSTS,
    "analysis_desk.run": ANALYSTS,
    "analysis_desk.changes": ANALYSTS,
    "analysis_desk.unprocessed": ANALYSTS,
    "campaigns_desk.show": ANALYSTS,
    "campaigns_desk.campaign": ANALYSTS,
    "campaigns_desk.save": ANALYSTS,
    "campaigns_desk.set_aside": ANALYSTS,
    "campaigns_desk.members": ANALYSTS,
    "coding_desk.without": ANALYSTS,
    "coding_desk.check": ANALYSTS,
    "coding_desk.split": ANALYSTS,
    # opinions
    "opinions.stance": PUBLIC,
    "opinions.others": PUBLIC,
    "opinions.groups": PUBLIC,
    # answers
    "answers_desk.show": DESK,
    "answers_desk.open_points": DESK,
    "answers_desk.answered_points": DESK,
    "answers_desk.decide": EDITORS,
    "answers_desk.publish": PUBLISHERS,
    "answers_desk.publications": DESK,
    "answers_desk.stop": PUBLISHERS,
    "answers_desk.resume": PUBLISHERS,
    # exports
    "exports.download": PUBLIC,
    # jobs, notifications, activity, operations
    "letters.stop": PUBLIC,
    "letters.stop_now": PUBLIC,
    "operations.alive": PUBLIC,
    "operations.ready": PUBLIC,
    "operations.metrics": PUBLIC,  # its own token
}


def allowed(rule: Rule, roles: frozenset[str], *, signed_in: bool) -> bool:
    """Whether somebody with these roles (in the bodies concerned) may pass."""
    if rule.public:
        return True
    if not signed_in:
        return False
    return not rule.roles or bool(rule.roles & roles)
