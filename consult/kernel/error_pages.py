"""Whatever goes wrong, a page says what happened and what to do next."""

from flask import Flask, Response, current_app, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from consult.kernel import i18n
from consult.kernel.errors import ConsultError

_TITLES = {
    400: i18n.mark("We could not read this request"),
    403: i18n.mark("You may not do this"),
    404: i18n.mark("Page not found"),
    405: i18n.mark("This cannot be done here"),
    409: i18n.mark("This was not possible"),
    413: i18n.mark("This file is too large"),
    429: i18n.mark("Please wait a little"),
    500: i18n.mark("Something went wrong on our side"),
}
_SENTENCES = {
    400: i18n.mark(
        "Something in the address or the form was not understood. Please go back and try again."
    ),
    403: i18n.mark("Your account does not have the right to see or do this."),
    404: i18n.mark("The address may be mistyped, or the page no longer exists."),
    405: i18n.mark("This address cannot be used in this way. Please go back and try again."),
    413: i18n.mark("What you sent is larger than we can take in one piece."),
    429: i18n.mark("That was too much in a short time. Please wait a little and try again."),
    500: i18n.mark(
        "The error has been recorded. Nothing you sent before was lost."
        " Please try again in a moment."
    ),
}


def init_app(app: Flask) -> None:
    """Answer every error with a page; a crash too, except under test, where it is to be seen."""
    app.register_error_handler(ConsultError, _explain)
    app.register_error_handler(CSRFError, _explain_csrf)
    app.register_error_handler(HTTPException, _explain_http)
    if not app.testing:
        app.register_error_handler(Exception, _explain_crash)


def _explain(error: ConsultError) -> tuple[str, int]:
    title = _TITLES.get(error.status, _TITLES[409])
    return _page(error.status, i18n.gettext(title), i18n.gettext(error.message, **error.facts))


def _explain_csrf(_error: CSRFError) -> tuple[str, int]:
    return _page(
        400,
        i18n.gettext("This form is no longer valid"),
        i18n.gettext(
            "You may have signed in or out in another window."
            " Go back, reload the page and send the form again."
        ),
    )


def _explain_http(error: HTTPException) -> Response | tuple[str, int] | HTTPException:
    status = error.code or 500
    if error.response is not None or status < 400:
        return error
    if status not in _TITLES:
        status = 500 if status >= 500 else 400
    return _page(
        status, i18n.gettext(_TITLES[status]), i18n.gettext(_SENTENCES.get(status, _SENTENCES[400]))
    )


def _explain_crash(error: Exception) -> tuple[str, int]:
    current_app.logger.error("unhandled error on %s", request.path, exc_info=error)
    return _page(500, i18n.gettext(_TITLES[500]), i18n.gettext(_SENTENCES[500]))


def _page(status: int, title: str, sentence: str) -> tuple[str, int]:
    """A page that says what happened and what to do next."""
    return render_template(
        "layouts/error.html", title=title, sentence=sentence, status=status
    ), status
