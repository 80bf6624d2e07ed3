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


class NoSuchPlaceError(ConsultError):
    """There is no such clause, or nothing can stand there."""

    status = 422
    message = mark("This cannot be done at this place of the text.")


class StaleImportError(ConsultError):
    """What is being brought in was changed since the page was made; nothing is overwritten."""

    message = mark(
        "This text was changed since the page was made, by somebody else or in another window."
        " Nothing was done. Below is the text as it is now."
    )


class ImportGoneError(ConsultError):
    """No text is being brought in."""

    message = mark(
        "The text that was brought in does not lie here any more: it was saved, replaced or thrown"
        " away, by somebody else or in another window. Nothing was done now. Below is the draft."
    )


class TooLongTitleError(ConsultError):
    status = 422
    message = mark("This heading is too long.")


class NothingToUndoError(ConsultError):
    message = mark("There is no step that can be undone.")


class OpenQuestionsError(ConsultError):
    message = mark("Please decide first which clauses the doubtful ones continue.")


class ClauseGoneError(ConsultError):
    """Somebody else deleted the clause meanwhile."""

    message = mark("Somebody else has deleted this clause since you opened it.")


class ClauseWordsError(ConsultError):
    """Number, heading or text of a clause cannot be stored as they are."""

    status = 422


class ClauseMoveError(ConsultError):
    status = 422
    message = mark("The clause cannot be moved to this place.")


class PlacedMeanwhileError(ConsultError):
    """Somebody else has said where the words stand."""

    message = mark(
        "Somebody else has decided this since you opened it. Below is what they decided."
    )


class NewerTextError(ConsultError):
    """Words are placed in the newest version only."""

    message = mark("A newer version of the text has been published. Please begin again with that.")


class WordsElsewhereError(ConsultError):
    """The clause has no such words."""

    status = 422
    message = mark("These words do not stand in the clause in this form.")


class EditGoneError(ConsultError):
    """Somebody else wrote on: a change is no longer in the text."""

    message = mark(
        "Somebody else has written on: one of these changes is no longer in the text."
        " Nothing was saved. Below is the list as it is now."
    )


class AuthenticLanguageError(ConsultError):
    """A translation was given in the language of the text itself."""

    status = 422
    message = mark("This is the language of the authentic text. Please choose another one.")


class NotTheAuthenticLanguageError(ConsultError):
    """A whole text in a language that is only a translation's would replace the authentic one."""

    status = 422
    message = mark(
        "The authentic text is in another language. Bring this file in as a translation."
    )


class NothingToTranslateError(ConsultError):
    status = 422
    message = mark("The file adds nothing: each clause that it has stands there already.")


class EmptyGroundError(ConsultError):
    status = 422
    message = mark("Please say why the text was changed.")


class EmptyNoteError(ConsultError):
    status = 422
    message = mark("Please say what was wrong and what is right.")
