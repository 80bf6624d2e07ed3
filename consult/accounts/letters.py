"""Where letters to people go, and the tokens in them, made when the letter is sent."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy.orm import Session

from consult.accounts import tokens
from consult.accounts.models import Body, Invitation, User
from consult.accounts.words import ROLE_NAMES
from consult.kernel.i18n import choose
from consult.notifications.outbox import Recipient

Resolver = Callable[[Session, int], Recipient | None]


def to_user(key: str) -> Resolver:
    """Finds the recipient "user:N". A letter made from it may lead to confirming or resetting."""

    def resolve(session: Session, user_id: int) -> Recipient | None:
        user = session.get(User, user_id)
        if user is None or user.disabled_at is not None:
            return None
        # No name: whoever makes an account for a foreign address could write to its owner by it.
        facts = {
            "confirm_token": tokens.for_user(key, tokens.CONFIRM, user),
            "reset_token": tokens.for_user(key, tokens.RESET, user),
            "confirm_days": tokens.LIFETIME[tokens.CONFIRM].days,
            "reset_hours": tokens.LIFETIME[tokens.RESET] // timedelta(hours=1),
        }
        return Recipient(user.email, user.language, facts)

    return resolve


def to_invited(key: str) -> Resolver:
    """Finds the recipient "invitation:N", as long as the invitation stands."""

    def resolve(session: Session, invitation_id: int) -> Recipient | None:
        invitation = session.get(Invitation, invitation_id)
        if invitation is None or invitation.accepted_at is not None:
            return None
        body = session.get_one(Body, invitation.body_id)
        inviter = session.get(User, invitation.invited_by) if invitation.invited_by else None
        facts = {
            "body": choose(body.name, invitation.language)[1],
            "inviter": inviter.name if inviter else "",
            "expires_at": invitation.expires_at,
            "role": ROLE_NAMES[invitation.role],
            "token": tokens.for_invitation(key, invitation),
        }
        return Recipient(invitation.email, invitation.language, facts)

    return resolve
