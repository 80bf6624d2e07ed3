"""The yardstick: Flask and SQLAlchemy Core, one statement, nothing else.

`/page` renders the same fifty comments as the product's first page; `/row` inserts one durable
row and redirects. Same engine settings as the product, so that ratios compare what the product adds.
"""

import os
from typing import Any

from flask import Flask, Response, redirect, request
from markupsafe import Markup
from sqlalchemy import (
    Column,
    Engine,
    Integer,
    MetaData,
    Table,
    Text,
    create_engine,
    select,
)

from consult.kernel.db import WRITING, configure_engine
from consult.submissions.models import Comment, CommentRevision, Contact, Submission

metadata = MetaData()
comments = Table(
    "bare_comment",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("number", Integer, nullable=False, unique=True),
    Column("html", Text, nullable=False),
)

PAGE = """<!doctype html>
<html lang="fr"><head><meta charset="utf-8"><title>Comments</title></head><body><h1>Comments</h1>
{% for row in rows %}
<article id="c{{ row.seq }}"><h2><a href="/comments/{{ row.id }}">No. {{ row.seq }}</a> {{ row.name }}</h2>
<p>{{ row.respondent }} <time datetime="{{ row.received_at }}">{{ row.received_at }}</time></p>
<div lang="{{ row.language }}">{{ row.html | safe_html }}</div>
<p><a href="/comments/{{ row.id }}/reply">Reply</a> <a href="/comments/{{ row.id }}/report">Report</a></p>
</article>
{% endfor %}
</body></html>"""


def fifty_comments(thread_id: int, after: int) -> Any:
    """The newest fifty of a thread with their words, as directly as Core can say it."""
    chosen = (
        select(Comment.id)
        .where(Comment.thread_id == thread_id, Comment.position > after)
        .order_by(Comment.position.desc())
        .limit(50)
        .subquery()
    )
    return (
        select(
            Comment.id,
            Comment.seq,
            Comment.language,
            Comment.received_at,
            CommentRevision.html,
            Contact.name,
            Submission.respondent,
        )
        .join(chosen, chosen.c.id == Comment.id)
        .join(CommentRevision, CommentRevision.comment_id == Comment.id)
        .join(Submission, Submission.id == Comment.submission_id)
        .join(Contact, Contact.submission_id == Submission.id)
        .order_by(Comment.position.desc())
    )


def engine(url: str) -> Engine:
    made = create_engine(url)
    configure_engine(made)
    return made


def create_app() -> Flask:
    app = Flask(__name__)
    app.jinja_env.filters["safe_html"] = Markup
    database = engine(os.environ["CONSULT_DATABASE_URL"])
    page_template = app.jinja_env.from_string(PAGE)

    @app.get("/page")
    def page() -> str:
        with database.connect() as connection:
            rows = connection.execute(fifty_comments(1, 0)).all()
        return page_template.render(rows=rows)

    @app.post("/row")
    def row() -> Response:
        values = {"number": int(request.form["number"]), "html": request.form["text"]}
        writing = database.connect().execution_options(**{WRITING: True})
        with writing as connection, connection.begin():
            connection.execute(comments.insert().values(values))
        return redirect("/page", 303)  # type: ignore[return-value]

    return app
