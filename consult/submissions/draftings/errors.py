"""Why something about a drafting is refused."""

from consult.kernel.errors import ConsultError
from consult.kernel.i18n import mark


class StaleTextError(ConsultError):
    """Another member saved the same text meanwhile; nothing is overwritten."""

    message = mark("Another member has saved this text since you opened it.")


class PlaceTakenError(ConsultError):
    """A text was to be moved to a place on which there is one."""

    message = mark(
        "Your draft has a text on exactly this already. Please write it there, or choose other words."
    )


class StaleDraftingError(ConsultError):
    """What would be sent is not what the lead was shown."""

    message = mark(
        "Since this page was shown, a member has saved something or a newer version of the text has"
        " been published. Please look at it once more, then send."
    )


class NothingToSendError(ConsultError):
    message = mark("There is nothing to send yet: no text has words.")


class EndedError(ConsultError):
    """It was sent or deleted meanwhile."""

    message = mark("This draft has been sent or deleted meanwhile.")


class CannotBeginError(ConsultError):
    message = mark("This consultation does not take comments at present.")


class TooManyTextsError(ConsultError):
    message = mark("A draft has at most %(limit)s texts.")


class TooManyNotesError(ConsultError):
    message = mark("A draft has at most %(limit)s notes.")
