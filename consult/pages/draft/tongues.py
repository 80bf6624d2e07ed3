"""The text in the language in which it is read, and in another one beside it."""

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy.orm import Session

from consult.drafts import queries as drafts
from consult.drafts.languages import comparable, in_language
from consult.drafts.models import Version
from consult.drafts.queries import ClauseRow, Note


class Tongues:
    """The words of some versions in some languages, read in one statement.

    Whatever language is asked for, each version is whole: what is not translated stands in the
    authentic language.
    """

    def __init__(
        self, session: Session, versions: Iterable[Version], authentic: str, codes: Collection[str]
    ) -> None:
        self.authentic = authentic
        ids = [version.id for version in versions]
        self._found = drafts.texts_of(session, ids, sorted({authentic, *codes}))

    def rows(self, version: Version, code: str) -> Sequence[ClauseRow]:
        """A whole version for a reader of this language."""
        text = self._found[version.id, self.authentic]
        if code == self.authentic:
            return text
        return in_language(text, self._found[version.id, code])

    def compared(
        self, first: Version, last: Version, code: str
    ) -> tuple[Sequence[ClauseRow], Sequence[ClauseRow]]:
        """Two versions for a reader of this language, so that their words can be compared."""
        if code == self.authentic:
            return self._found[first.id, code], self._found[last.id, code]
        both = [(self._found[v.id, self.authentic], self._found[v.id, code]) for v in (first, last)]
        return comparable(both[0], both[1])

    def errata(self, version: Version, code: str, found: dict[int, list[Note]]) -> None:
        """Let errata of the authentic text stand beside its translation as well."""
        text = {row.clause_id: row for row in self._found[version.id, self.authentic]}
        for row in self._found.get((version.id, code), ()):
            said = found.get(text[row.clause_id].text_id) if row.clause_id in text else None
            if said and row.language != self.authentic:
                found[row.text_id] = [*said, *found.get(row.text_id, [])]
