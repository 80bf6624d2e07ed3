"""For machines that watch the house: is it alive, is it ready, how is it doing."""

import hmac

from flask import Blueprint, Response, abort, current_app, request
from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from consult.jobs import queries as jobs
from consult.kernel import migrations
from consult.kernel.db import current_session
from consult.kernel.settings import Settings
from consult.notifications import queries as letters

blueprint = Blueprint("operations", __name__)


@blueprint.get("/healthz")
def alive() -> Response:
    """The process answers."""
    return Response("ok\n", mimetype="text/plain")


@blueprint.get("/readyz")
def ready() -> Response:
    """The database answers and has the newest schema."""
    try:
        current = migrations.is_current()
    except Exception:
        current_app.logger.exception("the database does not answer")
        return Response("the database does not answer\n", status=503, mimetype="text/plain")
    if not current:
        return Response("the schema is not current\n", status=503, mimetype="text/plain")
    return Response("ready\n", mimetype="text/plain")


@blueprint.get("/metrics")
def metrics() -> Response:
    """Queues in the Prometheus text format; needs the token of CONSULT_METRICS_TOKEN."""
    settings: Settings = current_app.extensions["consult_settings"]
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not settings.metrics_token or not hmac.compare_digest(
        given.encode(), settings.metrics_token.encode()
    ):
        abort(404)
    registry = CollectorRegistry()
    queued = Gauge("consult_jobs", "Background jobs", ["kind", "state"], registry=registry)
    outbox = Gauge("consult_letters", "Letters in the outbox", ["state"], registry=registry)
    session = current_session()
    for (kind, state), count in jobs.states(session).items():
        queued.labels(kind, state).set(count)
    for state, count in letters.states(session).items():
        outbox.labels(state).set(count)
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
