"""Where letters to people go, and the tokens in them, made when the letter is sent."""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from consult.accounts import tokens
from consult.accounts.models import Body, Invitation, Organisation, OrganisationMember, User
from consult.accounts.registration import UNCONFIRMED
from consult.accounts.words import ROLE_NAMES
from consult.kernel import clock
from consult.kernel.i18n import choose
from consult.notifications.outbox import Recipient


def to_user(session: Session, user_id: int) -> Recipient | None:
    """The recipient "user:N", with what confirms the address or leads to a new password."""
    user = session.get(User, user_id)
    if user is None or user.disabled_at is not None:
        return None
    now = clock.now()
    # No name: whoever makes an account for a foreign address could write to its owner by it.
    facts = {
        "confirm_token": tokens.for_user(tokens.CONFIRM, user, now),
        "reset_token": tokens.for_user(tokens.RESET, user, now),
        "kept_days": UNCONFIRMED.days,
        "confirm_days": tokens.LIFETIME[tokens.CONFIRM].days,
        "reset_hours": tokens.LIFETIME[tokens.RESET] // timedelta(hours=1),
    }
    return Recipient(user.email, user.language, facts)


def to_invited(session: Session, invitation_id: int) -> Recipient | None:
    """The recipient "invitation:N", as long as the invitation was not accepted or forgotten."""
    invitation = session.get(Invitation, invitation_id)
    if invitation is None or invitation.accepted_at is not None or not invitation.email:
        return None
    inviter = session.get(User, invitation.invited_by) if invitation.invited_by else None
    facts: dict[str, Any] = {
        "inviter": inviter.name if inviter else "",
        "expires_at": invitation.expires_at,
        "token": tokens.for_invitation(invitation, clock.now()),
    }
    if invitation.body_id is not None:
        body = session.get_one(Body, invitation.body_id)
        facts["body"] = choose(body.name, invitation.language)[1]
        facts["role"] = ROLE_NAMES[invitation.role or ""]
    else:
        # The inviter's address was confirmed; a name can be anything.
        facts["inviter"] = inviter.email if inviter else ""
        facts["organisation"] = session.get_one(Organisation, invitation.organisation_id).name
    return Recipient(invitation.email, invitation.language, facts)


def to_member(session: Session, member_id: int) -> Recipient | None:
    """The recipient "member:N", as long as they are in the organisation and want letters."""
    place = session.get(OrganisationMember, member_id)
    user = session.get(User, place.user_id) if place is not None and place.letters else None
    if place is None or user is None or user.disabled_at is not None:
        return None
    name = session.get_one(Organisation, place.organisation_id).name
    return Recipient(user.email, user.language, {"organisation": name})
