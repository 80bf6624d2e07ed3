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
# Who sees what was removed from comments, and who may open the seal of an original.
SEAL_KEEPERS = role("moderator", "publisher", "auditor", "oversight")
SEAL_OPENERS = role("publisher", "oversight")
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
    "draft.choose": PUBLIC,
    "draft.compare": PUBLIC,
    "draft.clause": PUBLIC,
    "draft.conversation": PUBLIC,
    "draft.download": PUBLIC,
    "draft.download_changes": PUBLIC,
    "draft.download_next": DESK,
    "draft.download_next_changes": DESK,
    "draft.words": PUBLIC,
    "home.index": PUBLIC,
    "campaigns.counting": PUBLIC,
    "campaigns.show": PUBLIC,
    "outcome.show": PUBLIC,
    "outcome.points": PUBLIC,
    "outcome.change": PUBLIC,
    # The holder of the receipt or of the account; a stranger gets "not found".
    "trace.show": PUBLIC,
    "overview.show": PUBLIC,
    "style.index": PUBLIC,
    "search.index": PUBLIC,
    "register.index": PUBLIC,
    "register.feed": PUBLIC,
    "register.feed_of_body": PUBLIC,
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
    # Members only; a stranger gets "not found", a member who is no lead is refused by the verb.
    **dict.fromkeys(
        (
            "organisations.index",
            "organisations.new",
            "organisations.show",
            "organisations.describe",
            "organisations.invite",
            "organisations.void_invitation",
            "organisations.set_part",
            "organisations.remove",
            "organisations.leave",
            "organisations.letters",
            "organisations.dissolve",
        ),
        SIGNED_IN,
    ),
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
    "consultations_desk.missing": PUBLISHERS,
    "consultations_desk.announce": PUBLISHERS,
    "consultations_desk.cancel": PUBLISHERS,
    # drafts
    "drafts_desk.show": DESK,
    **dict.fromkeys(
        (
            "drafts_desk.publish",
            "drafts_desk.begin",
            "drafts_desk.ground",
            "drafts_desk.erratum",
            "drafts_desk.clause",
            "drafts_desk.insert",
            "drafts_desk.move",
            "drafts_desk.delete",
            "drafts_desk.restore",
            "translations_desk.bring",
            "translations_desk.clause",
            "translations_desk.holds",
            "translations_desk.drop",
        ),
        EDITORS,
    ),
    **dict.fromkeys(
        (
            "bringing.begin",
            "bringing.show",
            "bringing.change",
            "bringing.clause",
            "bringing.answer",
            "bringing.save",
            "bringing.discard",
        ),
        EDITORS,
    ),
    "translations_desk.index": DESK,
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
    "participation.show": PUBLIC,
    "participation_desk.show": DESK,
    # Members of the organisation only, officials neither; a stranger gets "not found".
    **dict.fromkeys(
        (
            "draftings.index",
            "draftings.begin",
            "draftings.show",
            "draftings.open_text",
            "draftings.write",
            "draftings.another",
            "draftings.history",
            "draftings.note",
            "draftings.send",
            "draftings.discard",
        ),
        SIGNED_IN,
    ),
    "placing_desk.index": DESK,
    "placing_desk.show": EDITORS,
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
    "documents_desk.bring": CLERKS,
    "mail_desk.bring": CLERKS,
    "mail_desk.show": CLERKS,
    "attaching_desk.add": CLERKS,
    "attaching_desk.download": READERS,
    "attaching_desk.erase": CLERKS,
    # moderation
    "moderation.report": PUBLIC,
    "moderation.reported": PUBLIC,
    # The author, by receipt or account; anybody else is told so.
    "moderation.withdraw": PUBLIC,
    "moderation.correct": PUBLIC,
    "erasure.own": PUBLIC,
    "moderation.removals": PUBLIC,
    "moderation.removals_of": PUBLIC,
    # Whoever has the letter or the receipt is heard at once, anybody else as a report.
    "cases.not_me": PUBLIC,
    "cases.by_letter": PUBLIC,
    "cases.show": PUBLIC,
    "cases.by_link": PUBLIC,
    **dict.fromkeys(
        (
            "cases_desk.show",
            "cases_desk.begin",
            "cases_desk.ask",
            "cases_desk.restore",
            "cases_desk.take_down",
        ),
        MODERATORS,
    ),
    "objections.write": PUBLIC,
    "objections_desk.show": MODERATORS,
    "moderation_desk.queue": MODERATORS,
    "moderation_desk.reports": MODERATORS,
    "moderation_desk.comment": MODERATORS,
    "moderation_desk.remove": MODERATORS,
    "moderation_desk.keep": MODERATORS,
    "moderation_desk.hold": MODERATORS,
    "moderation_desk.second": MODERATORS,
    "moderation_desk.stays": MODERATORS,
    "moderation_desk.mode": PUBLISHERS,
    # On a legal request; it cannot be undone.
    "erasure_desk.erase": PUBLISHERS,
    "moderation_desk.undo": MODERATORS,
    "late_desk.index": MODERATORS,
    "late_desk.decide": MODERATORS,
    "moderation_desk.publish": MODERATORS,
    "redacting_desk.index": MODERATORS,
    "redacting_desk.find": MODERATORS,
    "redacting_desk.show": MODERATORS,
    "redacting_desk.undo": MODERATORS,
    "redacting_desk.removed": SEAL_KEEPERS,
    "redacting_desk.original": SEAL_OPENERS,
    "redacting_desk.files": SEAL_OPENERS,
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
    "campaigns_desk.additions": ANALYSTS,
    "campaigns_desk.save": ANALYSTS,
    "campaigns_desk.set_aside": ANALYSTS,
    "campaigns_desk.members": ANALYSTS,
    **dict.fromkeys(
        (
            "coding_desk.code",
            "coding_desk.take",
            "coding_desk.decide",
            "coding_desk.hand_over",
            "coding_desk.give_back",
        ),
        ANALYSTS,
    ),
    **dict.fromkeys(
        (
            "reading_desk.show",
            "reading_desk.draw",
            "reading_desk.take",
            "reading_desk.points",
            "reading_desk.read",
            "reading_desk.end",
        ),
        ANALYSTS,
    ),
    "coding_desk.without": ANALYSTS,
    "coding_desk.check": ANALYSTS,
    "coding_desk.split": ANALYSTS,
    "parting_desk.show": ANALYSTS,
    # opinions
    "opinions.stance": PUBLIC,
    "opinions.others": PUBLIC,
    "opinions.groups": PUBLIC,
    # answers
    "answers_desk.show": DESK,
    "answers_desk.open_points": DESK,
    "answers_desk.answered_points": DESK,
    "answers_desk.decide": EDITORS,
    "answers_desk.reasons": EDITORS,
    # Whoever works there; hand-overs and notes of other bodies are not shown.
    "colleagues_desk.index": DESK,
    "colleagues_desk.hand_over": EDITORS,
    "colleagues_desk.settle": EDITORS,
    "colleagues_desk.write": EDITORS,
    "colleagues_desk.delete": EDITORS,
    "bulk_desk.show": EDITORS,
    "modules_desk.index": EDITORS,
    "modules_desk.new": EDITORS,
    "modules_desk.module": EDITORS,
    "modules_desk.delete": EDITORS,
    "checking_desk.index": EDITORS,
    "checking_desk.move": EDITORS,
    "checking_desk.four_eyes": PUBLISHERS,
    "answers_desk.publish": PUBLISHERS,
    "answers_desk.publications": DESK,
    "answers_desk.stop": PUBLISHERS,
    "answers_desk.resume": PUBLISHERS,
    "milestones_desk.index": PUBLISHERS,
    "milestones_desk.step": PUBLISHERS,
    "proposals_desk.show": DESK,
    "proposals_desk.clause": DESK,
    "proposals_desk.overlay": DESK,
    "proposals_desk.adopt": EDITORS,
    # exports
    "exports.download": PUBLIC,
    "report.show": PUBLIC,
    "report.download": PUBLIC,
    "report_desk.index": DESK,
    "report_desk.download": DESK,
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
