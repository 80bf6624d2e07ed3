"""The yardstick: Flask and SQLAlchemy Core, one table, nothing else.

`/page` renders fifty comments of a thread; `/row` inserts one durable row and redirects. Same
engine settings as the product, so that ratios compare what the product adds.
"""

import os

from flask import Flask, Response, redirect, render_template_string, request
from markupsafe import Markup
from sqlalchemy import (
    Column,
    Engine,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    select,
)

from consult.kernel.db import WRITING, configure_engine

metadata = MetaData()
comments = Table(
    "bare_comment",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("thread", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    Column("author", String(80), nullable=False),
    Column("written", String(40), nullable=False),
    Column("html", Text, nullable=False),
    Index("ix_bare_comment_thread_position", "thread", "position", unique=True),
)

PAGE = """<!doctype html>
<html lang="fr"><head><meta charset="utf-8"><title>Comments</title></head><body><h1>Comments</h1>
{% for row in rows %}
<article id="c{{ row.position }}"><header><strong>{{ row.author }}</strong> <span>no. {{
row.position }}</span> <time>{{ row.written }}</time></header>{{ row.html | safe_html }}</article>
{% endfor %}
</body></html>"""


def engine(url: str) -> Engine:
    made = create_engine(url)
    configure_engine(made)
    return made


def create_app() -> Flask:
    app = Flask(__name__)
    app.jinja_env.filters["safe_html"] = Markup
    database = engine(os.environ["CONSULT_DATABASE_URL"])

    @app.get("/page")
    def page() -> str:
        after = int(request.args.get("after", "0"))
        query = (
            select(comments)
            .where(comments.c.thread == 1, comments.c.position > after)
            .order_by(comments.c.position)
            .limit(50)
        )
        with database.connect() as connection:
            rows = connection.execute(query).all()
        return render_template_string(PAGE, rows=rows)

    @app.post("/row")
    def row() -> Response:
        values = {
            "thread": 2,
            "position": int(request.form["number"]),
            "author": "",
            "written": "",
            "html": request.form["text"],
        }
        writing = database.connect().execution_options(**{WRITING: True})
        with writing as connection, connection.begin():
            connection.execute(comments.insert().values(values))
        return redirect("/page", 303)  # type: ignore[return-value]

    return app
