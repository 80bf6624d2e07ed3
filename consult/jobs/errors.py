"""Why a running job stops."""

from consult.kernel.errors import ConsultError
from consult.kernel.i18n import mark


class JobCancelledError(Exception):
    """Somebody cancelled the job; the handler unwinds."""


class LeaseLostError(Exception):
    """The lease ran out and another worker may have taken the job; nothing more may be written."""


class JobNotWaitingError(ConsultError):
    """The job is already finished, or is not one that can be started again."""

    message = mark("This has already been finished or started again.")
