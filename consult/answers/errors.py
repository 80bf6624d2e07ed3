"""Why an answer cannot be given, or the answers not be published."""

from consult.kernel.errors import ConsultError
from consult.kernel.i18n import mark


class AnswerError(ConsultError):
    """This answer cannot be given."""

    status = 422
    message = mark("This answer cannot be saved.")


class AnsweredMeanwhileError(ConsultError):
    """Somebody else answered after this person had opened the form."""

    message = mark(
        "Somebody else has answered this in the meantime. Their answer is shown below; what you"
        " wrote has been kept. Save again if yours should replace it."
    )


class BeingPublishedError(ConsultError):
    """The answers are being made public, and none may change until that is done."""

    message = mark(
        "The answers are being published at this moment. Please wait until that is finished."
    )


class UnexplainedEditError(ConsultError):
    """A change of the text has neither an answer nor a ground of its own."""

    message = mark(
        "%(number)s changes of the text have neither an answer nor a reason of their own."
        " Link an answer to each, or write the reason, and then publish."
    )


class VanishedEditError(ConsultError):
    """An answer cites a change that the text no longer has."""

    message = mark(
        "%(number)s answers point at changes that are no longer in the text."
        " Correct these answers and then publish."
    )


class NoChangeNamedError(ConsultError):
    """An answer accepts, but names no change of the text, nor why there is none."""

    message = mark(
        "Answers that accept must name a change of the text or say why it stays as it is;"
        " %(number)s do neither. Open each, choose the change or say why, and try again."
    )


class NotBeingPublishedError(ConsultError):
    message = mark("This publication has already been finished or stopped.")


class DecidedMeanwhileError(ConsultError):
    """An official's decision moved what a publication was prepared from."""

    message = mark(
        "While the answers were being prepared, officials decided something else."
        " Nothing was published. Look at what they decided, and publish again."
    )


class MovedMeanwhileError(ConsultError):
    """Somebody else moved an answer on, or sent it back."""

    message = mark(
        "Somebody else has moved this answer in the meantime. Look at where it stands now."
    )


class TooManyAnswersError(AnswerError):
    """More answers than one act moves; the page shows fewer."""

    message = mark(
        "These are %(chosen)s answers, and at most %(most)s are moved at once."
        " Nothing was done. Please choose fewer."
    )


class OwnAnswerError(ConsultError):
    """Four eyes are asked for, and these are the two that wrote it."""

    status = 403
    message = mark("Whoever wrote or last changed an answer cannot approve it. Ask a colleague.")


class NoteMissingError(AnswerError):
    message = mark("Please say what has to change before you send an answer back.")


class PublicAnswerError(ConsultError):
    """It cannot be sent back: people have read it."""

    message = mark("This answer is public. Correct it: the correction is checked like a new one.")


class NothingChosenError(AnswerError):
    message = mark("The filter finds no point that could be answered.")


class PointsMovedError(ConsultError):
    """A bulk answer was shown for other points than those that there are now."""

    message = mark(
        "The points have changed since the preview was made. Nothing was answered: look at the"
        " preview again."
    )


class SelectionUnderWayError(ConsultError):
    """Many points are being answered together, and what is published must not miss them."""

    message = mark(
        "Many points are being answered together at this moment. Publish when that is finished."
    )


class LettersUnderWayError(ConsultError):
    """What people added to a letter must not be answered with the letter."""

    message = mark(
        "What people added to a letter is being made points of their own at this moment. "
        "Publish when that is finished; it takes a minute at most."
    )


class StaleModuleError(ConsultError):
    message = mark(
        "Somebody else has changed this text module in the meantime. Their words are shown below;"
        " what you wrote has been kept. Save again if yours should replace them."
    )


class ModuleError(AnswerError):
    message = mark("A text module needs a title, and words in at least one language.")


class HandoverError(AnswerError):
    message = mark("Please say to the other body why you hand it over or back.")


class AlreadyHandedError(ConsultError):
    message = mark("Another body is asked already. Wait until it accepts or hands it back.")


class HandedMeanwhileError(ConsultError):
    message = mark("A colleague has already accepted this or handed it back.")


class NotYoursError(ConsultError):
    """Only the body concerned may do it."""

    status = 403
    message = mark("Only officials of the body concerned may do this.")


class NoteError(AnswerError):
    message = mark("A note needs words, and has at most 5,000 characters.")


class MilestoneError(ConsultError):
    """A promise, or what became of it, cannot be said like this."""

    status = 422


class MilestoneChangedError(ConsultError):
    message = mark(
        "Somebody else has said something about this promise in the meantime. It is shown below; "
        "send again if yours should follow it."
    )
