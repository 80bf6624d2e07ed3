"""Why a comment cannot be taken away, corrected or decided on."""

from consult.kernel.errors import ConsultError, ForbiddenError
from consult.kernel.i18n import mark


class AlreadyGoneError(ConsultError):
    """The comment was removed, withdrawn or erased before."""

    message = mark("This comment has already been removed or withdrawn.")


class AlreadyDecidedError(ConsultError):
    """Another moderator was quicker."""

    message = mark("Somebody else has already decided on these reports.")


class NotPublishedError(ConsultError):
    message = mark("Only a comment that can be read can be held back.")


class NotHeldError(ConsultError):
    message = mark("This comment is not held back any more.")


class NotLateError(ConsultError):
    """It was in time, or was admitted before."""

    message = mark("This comment is in time, or has already been admitted.")


class NotAReplyError(ConsultError):
    message = mark("Only a reply has to be addressed: every other comment is owed an answer.")


class AddressedError(ConsultError):
    """Its author or another official did so before."""

    message = mark("This reply is already addressed to the public body.")


class NotAddressedHereError(ConsultError):
    """Nobody addressed it, or its author did, who alone may say otherwise."""

    message = mark("No official addressed this reply to the public body.")


class ReplyAnsweredError(ConsultError):
    message = mark("This reply has been answered, so it stays addressed to the public body.")


class ReasonNeededError(ConsultError):
    status = 422
    message = mark("Please write the public reason in at least one language.")


class NotYoursError(ForbiddenError):
    """Neither the receipt nor the account of this comment is open in this browser."""

    message = mark(
        "Only the author can do this. Please open the comment with its receipt code,"
        " or sign in with the account from which it was sent."
    )


class CorrectionClosedError(ConsultError):
    message = mark(
        "A comment can be corrected while the consultation is open. You can still withdraw it."
    )


class AnsweredError(ConsultError):
    """A correction would put other words under an answer that was given."""

    message = mark(
        "This comment has been answered, or is being answered at this moment, so its words must"
        " stay. You can still withdraw it."
    )


class CorrectedMeanwhileError(ConsultError):
    message = mark(
        "The comment was corrected in another window. Its present words are shown below;"
        " what you wrote has been kept."
    )


class JudgedWordsChangedError(ConsultError):
    """Whoever lets a comment be read has looked at its present words."""

    message = mark("The author has corrected the comment meanwhile. Please look at its new words.")


class RewordedMeanwhileError(ConsultError):
    """Another official took words out, or the author wrote it anew."""

    message = mark(
        "The words of this comment have changed meanwhile. Please look at what it says now."
    )


class NothingToRedactError(ConsultError):
    status = 422
    message = mark("Please choose at least one thing to remove.")


class WordsNotThereError(ConsultError):
    """Words that an official typed and that the comment does not hold."""

    status = 422
    message = mark("These words do not stand in the comment: “%(words)s”")


class ErasureGroundError(ConsultError):
    status = 422
    message = mark("Please choose the ground on which it is erased.")


class GroundNeededError(ConsultError):
    status = 422
    message = mark("Please say why the words are removed.")


class CannotUndoError(ConsultError):
    message = mark(
        "These words cannot be put back: the comment was changed since, or the original was erased."
    )


class SealEmptyError(ConsultError):
    message = mark("The original words were erased and nobody can read them any more.")


class NothingChangedError(ConsultError):
    status = 422
    message = mark("These are the words that the comment has already.")


class CannotReportError(ConsultError):
    message = mark("This comment can no longer be read, so there is nothing to report.")


class CaseOpenError(ConsultError):
    """Somebody says that the comment is not theirs, and nobody has decided yet."""

    message = mark(
        "Somebody says that this comment is not theirs. Until that is decided it stays as it is."
    )


class CaseBeforeError(ConsultError):
    message = mark(
        "It was said of this comment before that it is not its author’s. That is looked at only once."
    )


class CaseDecidedError(ConsultError):
    """Another official was quicker, or the comment was withdrawn."""

    message = mark("This case has been decided.")


class NoReportError(ConsultError):
    message = mark("Nobody has reported this comment as published in their name.")


class EnoughSaidError(ConsultError):
    status = 429
    message = mark("You have written often enough in this case. An official reads it and decides.")


class CannotObjectError(ConsultError):
    message = mark("This comment is neither removed nor held back by an official.")


class ObjectedBeforeError(ConsultError):
    message = mark("You have objected before. That is possible once.")


class ObjectionDecidedError(ConsultError):
    message = mark("This objection has been decided.")


class SameOfficialError(ForbiddenError):
    """Nobody judges their own decision."""

    message = mark("Whoever decided before cannot decide on the objection.")


class UndoneTooLateError(ConsultError):
    message = mark("This cannot be undone any more: too much time has passed, or it went on since.")


class SecondAskedError(ConsultError):
    message = mark("A second opinion was asked for already.")


class SecondGivenError(ConsultError):
    """Somebody was quicker, or it is another request that is open by now."""

    message = mark("Somebody else has already given this second opinion.")


class StillHeldError(ConsultError):
    message = mark("This comment is held back: let it be read, or remove it.")


class AnotherDecidesError(ForbiddenError):
    message = mark("You asked for a second opinion: another moderator decides.")
