"""The languages of the text, for officials: bring a translation in, keep it beside the authentic text."""

from dataclasses import replace

from flask import Blueprint, Response, flash, redirect, request, url_for

from consult.accounts.login import acting
from consult.drafts import aligning, desk_queries, importing, sheets, translating
from consult.drafts import queries as texts
from consult.drafts.aligning import Alignment
from consult.drafts.desk import BASE, BOTH, Answer, begun, bench, in_work, kept, page, rendered
from consult.drafts.desk_queries import Bench
from consult.drafts.errors import (
    Complaint,
    StaleClauseError,
    UnreadableTextError,
)
from consult.drafts.formats import source_of
from consult.drafts.forms import ClauseForm
from consult.drafts.import_queries import fingerprint
from consult.drafts.models import Version
from consult.drafts.queries import ClauseRow
from consult.drafts.reading import ParsedClause, ParsedDraft
from consult.drafts.sheets import Sheet
from consult.drafts.translations import queries
from consult.drafts.translations.forms import TranslationForm
from consult.drafts.translations.queries import InWork
from consult.drafts.writing import Wording
from consult.kernel.db import current_session
from consult.kernel.errors import ConsultError, NotFoundError
from consult.kernel.forms import PressForm
from consult.kernel.i18n import LANGUAGE_NAMES
from consult.kernel.i18n import gettext as _
from consult.kernel.transaction import act
from consult.kernel.web import seen_other, served_at

blueprint = Blueprint("translations_desk", __name__)

LEFT_OUT = "-"


@blueprint.get(BASE + "/languages")
def index(slug: str) -> Answer:
    at = bench(slug)
    if at.current is None and at.next is None:
        return seen_other("drafts_desk.show", slug=slug)
    versions = [version for version in (at.next, at.current) if version is not None]
    found = [queries.tongues(current_session(), version, at.language) for version in versions]
    return page("translations/index", at, found=found, form=PressForm())


@blueprint.route(BASE + "/languages/bring", methods=["GET", "POST"])
def bring(slug: str) -> Answer:
    """First the file, then which clause of it is which of the authentic text, then it is saved."""
    at = bench(slug)
    if at.current is None and at.next is None:
        return seen_other("drafts_desk.show", slug=slug)
    asked = {"version": request.args.get("version"), "language": request.args.get("language")}
    form = TranslationForm(**asked)
    form.offer(at)
    if not form.validate_on_submit():
        return page("translations/bring", at, 422 if form.errors else 200, form=form, complaints=[])
    warnings: list[Complaint] = []
    try:
        parsed = _parsed(form, warnings)
    except UnreadableTextError as error:
        return page("translations/bring", at, 422, form=form, complaints=error.complaints)
    version = queries.version_of(at, form.version.data)
    rows = texts.clauses(current_session(), version.id, at.language)
    found = _decided(rows, aligning.align(rows, parsed.clauses))
    if request.form.get("step") == "save" and not aligning.doubles(found):
        try:
            taken = _store(version, form, parsed, found)
        except ConsultError as error:
            form.refuse(error)
        else:
            flash(_taken(version, form.language.data, taken), "success")
            return seen_other("translations_desk.index", slug=slug)
    form.basis.data, form.basis.raw_data = fingerprint(current_session(), version), None
    return page(
        "translations/preview",
        at,
        409 if form.form_errors or aligning.doubles(found) else 200,
        form=form,
        version=version,
        parsed=parsed,
        found=found,
        free=_free(rows, found),
        doubles=aligning.doubles(found),
        have=_have(version, form.language.data),
        warnings=[*warnings, *parsed.warnings],
    )


def _parsed(form: TranslationForm, warnings: list[Complaint]) -> ParsedDraft:
    raw = form.raw
    if isinstance(raw, bytes):
        raw = source_of(raw, form.language.data, warnings)
    form.source.data = raw
    return importing.read_markdown(raw, form.language.data)


def _decided(rows: list[ClauseRow], found: Alignment) -> Alignment:
    """The alignment with what the official chose where it was asked."""
    by_key = {row.key: row for row in rows}
    chosen: dict[int, ClauseRow | None] = {}
    for index in range(len(found.pairs)):
        key = request.form.get(f"pair-{index}")
        if key is not None:
            chosen[index] = by_key.get(key)
    return aligning.choose(rows, found, chosen) if chosen else found


def _free(rows: list[ClauseRow], found: Alignment) -> list[ClauseRow]:
    """The clauses that a doubtful one may be: those that no other one surely is."""
    sure = {p.row.clause_id for p in found.pairs if p.row is not None and not p.doubtful}
    return [row for row in rows if row.clause_id not in sure]


def _have(version: Version, language: str) -> set[int]:
    """Of a public version: what is published in this language, and stays."""
    if version.published_at is None:
        return set()
    return {row.clause_id for row in texts.clauses(current_session(), version.id, language)}


def _store(version: Version, form: TranslationForm, parsed: ParsedDraft, found: Alignment) -> int:
    words = {p.row.clause_id: _wording(p.clause) for p in found.pairs if p.row is not None}
    version_id = version.id
    with act() as session:
        return translating.add_language(
            session,
            queries.unchanged(session, version_id, form.basis.data),
            form.language.data,
            words=words,
            title=parsed.title,
            actor=acting(),
            now=served_at(),
        )


def _wording(clause: ParsedClause) -> Wording:
    return Wording(clause.number, clause.heading, clause.rendered)


def _taken(version: Version, language: str, taken: int) -> str:
    return _(
        "Version %(number)s has %(clauses)s clauses and chapters in %(language)s now.",
        number=version.number,
        clauses=taken,
        language=LANGUAGE_NAMES[language],
    )


@blueprint.post(BASE + "/languages/<language>/drop")
def drop(slug: str, language: str) -> Answer:
    _at, version = in_work(slug)
    if language not in version.languages:
        raise NotFoundError
    if PressForm().validate_on_submit():
        with act() as session:
            translating.drop_language(session, version, language, actor=acting(), now=served_at())
        flash(_("The next version has no %(language)s any more.",
                language=LANGUAGE_NAMES[language]), "success")  # fmt: skip
    return seen_other("translations_desk.index", slug=slug)


@blueprint.route(BASE + "/clauses/<key>/<language>", methods=["GET", "POST"])
def clause(slug: str, key: str, language: str) -> Answer:
    """One clause in another language, with the authentic words beside it."""
    if language not in LANGUAGE_NAMES:
        raise NotFoundError
    at = bench(slug)
    if request.method == "POST" and (words_kept := _kept(at, key)):
        return words_kept
    version = begun(at)
    found = queries.in_work(current_session(), at, key, language)
    row = found.written or _blank(found.authentic, language)
    form = ClauseForm(**sheets.facts(row))
    sheet = Sheet(form, found.published, row, row)
    words = rendered(form) if form.validate_on_submit() else None
    if words is None:
        return _sheet_page(at, sheet, found, 422 if form.errors else 200)
    sheet.take(words)
    step = request.form.get("step")
    if step in BOTH and sheets.put_together(sheet, keep_mine=step == "mine"):
        return _sheet_page(at, sheet, found)
    if step == "kept":
        sheet.beside = row
    return _save(at, version, sheet, found) if step == "save" else _sheet_page(at, sheet, found)


def _kept(at: Bench, key: str) -> Answer | None:
    """Where the clause or the version is not being written any more: the words that were typed."""
    if at.next is None:
        return kept(at)
    authentic, standing = desk_queries.clause_in_work(current_session(), at, key)
    return kept(at, authentic, restores=False) if standing is None else None


def _blank(authentic: ClauseRow, language: str) -> ClauseRow:
    """A clause that is not translated yet: nothing but its number."""
    empty = {"heading": "", "source": "", "html": "", "text": "", "saved": 0, "follows": None}
    return replace(authentic, language=language, **empty)  # type: ignore[arg-type]


def _sheet_page(at: Bench, sheet: Sheet, found: InWork, status: int = 200) -> Answer:
    return page(
        "translations/clause", at, status, sheet=sheet, form=sheet.form, row=sheet.row, found=found
    )


def _save(at: Bench, version: Version, sheet: Sheet, found: InWork) -> Answer:
    slug, row = at.consultation.slug, sheet.row
    assert sheet.words is not None
    try:
        with act() as session:
            translating.translate(
                session,
                version,
                row.clause_id,
                row.language,
                words=sheet.words,
                saved=sheet.form.saved.data or 0,
                actor=acting(),
                now=served_at(),
            )
    except ConsultError as error:
        sheet.form.refuse(error)
        at = bench(slug)
        if isinstance(error, StaleClauseError):
            found = queries.in_work(current_session(), at, row.key, row.language)
            if found.written is not None:
                sheet.show_both(found.written)
        return _sheet_page(at, sheet, found, error.status)
    flash(_("%(clause)s is saved.", clause=sheet.mine.name), "success")
    return _back(slug, row)


@blueprint.post(BASE + "/clauses/<key>/<language>/holds")
def holds(slug: str, key: str, language: str) -> Answer:
    """The authentic words were amended, and the translation needs no change."""
    at, version = in_work(slug)
    found = queries.in_work(current_session(), at, key, language)
    if found.written is None:
        raise NotFoundError
    row = found.written
    if PressForm().validate_on_submit():
        with act() as session:
            translating.still_holds(
                session, version, row.clause_id, language, actor=acting(), now=served_at()
            )
        flash(_("The translation of %(clause)s is up to date.", clause=row.name), "success")
    return _back(slug, row)


def _back(slug: str, row: ClauseRow) -> Response:
    address = url_for("translations_desk.index", slug=slug, kept=request.form.get("kept"))
    return redirect(f"{address}#{row.language}", 303)  # type: ignore[return-value]
