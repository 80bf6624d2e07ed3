"""The one-click stop that every letter carries."""

from flask import Blueprint, Response, current_app, render_template, request
from itsdangerous import BadSignature, URLSafeSerializer

from consult.kernel.db import current_session
from consult.kernel.errors import NotFoundError
from consult.kernel.i18n import mark
from consult.kernel.transaction import act
from consult.kernel.web import csrf, served_at
from consult.notifications import outbox

blueprint = Blueprint("letters", __name__)


class StopLinkError(NotFoundError):
    message = mark("This link is not complete. Please copy the whole address from the letter.")


def stop_token(recipient: str) -> str:
    """The signed reference in a letter's stop link. It can stop letters, and nothing else."""
    return str(_serializer().dumps(recipient))


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="stop letters")


def _recipient(token: str) -> str:
    try:
        return str(_serializer().loads(token))
    except BadSignature as error:
        raise StopLinkError from error


@blueprint.get("/letters/stop/<token>")
def stop(token: str) -> str:
    stopped = outbox.stopped(current_session(), _recipient(token))
    return render_template("notifications/stop.html", token=token, stopped=stopped)


@blueprint.post("/letters/stop/<token>")
def stop_now(token: str) -> Response | str:
    recipient = _recipient(token)
    resume = request.form.get("resume") == "yes"
    with act() as session:
        if resume:
            outbox.resume(session, recipient)
        else:
            outbox.stop(session, recipient, served_at())
    return render_template("notifications/stop.html", token=token, stopped=not resume)


# The signed token is the authority here: a mail program posts without a session (RFC 8058).
csrf.exempt(stop_now)
