"""The one family of errors that a page can explain to its reader."""

from consult.kernel.i18n import mark


class ConsultError(Exception):
    """A named, expected refusal. Rooms raise subclasses; the web face turns them into a page.

    `status` is the HTTP status of that page. `message` is an English sentence marked for the
    catalogues; `facts` fill its named fields after translation.
    """

    status = 409
    message = mark("This cannot be done as things stand.")

    def __init__(self, message: str | None = None, **facts: object) -> None:
        if message is not None:
            self.message = message
        self.facts = facts
        super().__init__(self.message % facts if facts else self.message)


class NotFoundError(ConsultError):
    """The thing does not exist, or this reader may not know that it does."""

    status = 404
    message = mark("We could not find this page.")


class ForbiddenError(ConsultError):
    """The reader is known and may not do this."""

    status = 403
    message = mark("You may not do this.")


class TooManyError(ConsultError):
    """A rate limit is used up."""

    status = 429
    message = mark("That was too much in a short time. Please wait a little and try again.")
