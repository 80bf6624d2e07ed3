"""Why somebody's stance cannot be taken."""

from consult.kernel.errors import ConsultError
from consult.kernel.i18n import mark


class NotOpenForStancesError(ConsultError):
    """The consultation has not opened or has closed."""

    message = mark("You can agree or disagree while the consultation is open. It is not open now.")


class NotReadableError(ConsultError):
    """The comment was removed, withdrawn or held back."""

    message = mark("This comment can no longer be read, so nobody can agree or disagree with it.")


class OtherWordsError(ConsultError):
    """The author corrected the comment after the form was shown."""

    message = mark(
        "The author has changed the words of this comment meanwhile."
        " Please read it again before you agree or disagree."
    )
