"""What can go wrong with a text, in sentences that an official can act on."""

from dataclasses import dataclass

from consult.kernel.errors import ConsultError
from consult.kernel.i18n import mark


@dataclass(frozen=True)
class Complaint:
    """One thing wrong in a file: a sentence with the facts that fill it, and its line (from 1)."""

    message: str
    line: int | None = None
    facts: tuple[tuple[str, object], ...] = ()


class UnreadableTextError(ConsultError):
    """The file cannot become a draft; `complaints` say why, line by line."""

    status = 422
    message = mark("The text could not be read as a draft.")

    def __init__(self, complaints: list[Complaint]) -> None:
        self.complaints = complaints
        super().__init__()


class PublishedError(ConsultError):
    """The version is public: its words never change."""

    message = mark("This version is published. Its text can no longer be changed.")


class FirstVersionError(ConsultError):
    """What is asked needs a published first version, or must come before it."""

    message = mark("The first version of the text has already been published.")


class NotPublishedYetError(ConsultError):
    message = mark("The first version of the text has not been published yet.")


class NothingBegunError(ConsultError):
    message = mark("The next version has not been begun yet.")


class NextVersionExistsError(ConsultError):
    message = mark("The next version has already been begun. Please go on with that one.")


class BeingPublishedError(ConsultError):
    message = mark(
        "The answers and the text are being published. Please wait until this is finished."
    )


class StaleClauseError(ConsultError):
    """Somebody else saved the same clause meanwhile; nothing is overwritten."""

    message = mark("Somebody else has saved this clause since you opened it.")


class StalePreviewError(ConsultError):
    """The text was saved by somebody between preview and saving; nothing is overwritten."""

    message = mark(
        "Somebody else has changed the text since this preview was made."
        " Below is the preview as it would be now."
    )


class ClauseGoneError(ConsultError):
    """Somebody else deleted the clause meanwhile."""

    message = mark("Somebody else has deleted this clause since you opened it.")


class ClauseWordsError(ConsultError):
    """Number, heading or text of a clause cannot be stored as they are."""

    status = 422


class ClauseMoveError(ConsultError):
    status = 422
    message = mark("The clause cannot be moved to this place.")


class EmptyGroundError(ConsultError):
    status = 422
    message = mark("Please say why the text was changed.")


class EmptyNoteError(ConsultError):
    status = 422
    message = mark("Please say what was wrong and what is right.")
