"""What can be wrong with a consultation's facts, as sentences for the official who typed them."""

from consult.kernel.errors import ConsultError
from consult.kernel.i18n import mark


class NotPossibleNowError(ConsultError):
    """The phase does not allow the act (any more)."""

    message = mark("The consultation is not in a phase in which this can be done.")


class SlugTakenError(ConsultError):
    message = mark("Another consultation already has this address. Please choose another one.")


class DescriptionError(ConsultError):
    """Title, summary, languages or address cannot be used as they are."""

    status = 422


class DateError(ConsultError):
    """A date contradicts another one or lies in the past."""

    status = 422


class GroundMissingError(ConsultError):
    status = 422
    message = mark(
        "A date that was announced can only be changed with a reason for the public. "
        "Please write why."
    )


class ReasonMissingError(ConsultError):
    status = 422
    message = mark("Please say why, in words that everybody may read.")


class StaleError(ConsultError):
    """Somebody else changed the same thing between opening the form and sending it."""

    message = mark(
        "Somebody else changed this while you were writing. Nothing of yours is lost: compare "
        "with the present state shown below, and send again to put yours in its place."
    )
