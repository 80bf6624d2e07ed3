"""Why something about an organisation is refused."""

from consult.kernel.errors import ConsultError, ForbiddenError
from consult.kernel.i18n import mark


class NotLeadError(ForbiddenError):
    """A member asks for what only a lead may do."""

    message = mark("Only a lead of the organisation may do this.")


class LastLeadError(ConsultError):
    message = mark(
        "This is the last lead of the organisation. Make another member a lead first, or delete"
        " the organisation."
    )


class NameTakenError(ConsultError):
    """An organisation with this name or register number was founded before; it may be another one."""

    message = mark(
        "There is an organisation with this name or register number already. If it is yours, ask"
        " its lead for an invitation. If it is another one, found yours nevertheless."
    )


class NameWithAddressError(ConsultError):
    """Names stand in letters to people who did not ask for them."""

    status = 422
    message = mark("Please write the name without the address of a website or of a mailbox.")


class AlreadyInOrganisationError(ConsultError):
    message = mark("This person is a member already.")


class TooManyMembersError(ConsultError):
    message = mark("An organisation has at most %(limit)s members and open invitations.")
