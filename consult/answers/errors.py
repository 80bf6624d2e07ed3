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


class NotBeingPublishedError(ConsultError):
    message = mark("This publication has already been finished or stopped.")


class DecidedMeanwhileError(ConsultError):
    """An official's decision moved what a publication was prepared from."""

    message = mark(
        "While the answers were being prepared, officials decided something else."
        " Nothing was published. Look at what they decided, and publish again."
    )
