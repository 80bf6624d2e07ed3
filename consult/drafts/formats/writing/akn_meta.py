"""What an Akoma Ntoso file says about itself: work, expression and manifestation (FRBR)."""

from dataclasses import dataclass

from lxml import etree

from consult.drafts.formats.writing.document import Document, fit
from consult.drafts.reading import fold
from consult.kernel.clock import luxembourg_date

NAMESPACE = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0"
_A = f"{{{NAMESPACE}}}"
# ISO 639-2, as FRBRlanguage has them.
_LANGUAGES = {"fr": "fra", "de": "deu", "lb": "ltz", "en": "eng"}


def element(parent: etree._Element, tag: str, /, **attributes: str) -> etree._Element:
    """A new element at the end of another."""
    return etree.SubElement(parent, _A + tag, {k: fit(v) for k, v in attributes.items()})


@dataclass
class Meta:
    """What the file says about itself: work, expression and manifestation."""

    document: Document
    kind: str

    def add(self, whole: etree._Element) -> etree._Element:
        """The element, complete but for notes."""
        document = self.document
        meta = element(whole, "meta")
        about = element(meta, "identification", source="#body")
        first, own = (luxembourg_date(at).isoformat() for at in (document.first_at, document.at))
        language = _LANGUAGES[document.language]
        work = f"/akn/lu/{self.kind}/{first}/{document.slug}"
        expression = f"{work}/{language}@{own}"
        name = "publication" if document.public else "preparation"
        made = self._level(about, "FRBRWork", work, day=first, event="publication")
        element(made, "FRBRcountry", value="lu")
        element(made, "FRBRprescriptive", value="false")
        made = self._level(
            about, "FRBRExpression", expression, day=own, event=name, page=document.address
        )
        element(made, "FRBRversionNumber", value=str(document.number))
        authentic = document.language == document.authentic
        element(made, "FRBRauthoritative", value=str(authentic).lower())
        element(made, "FRBRlanguage", language=language)
        made = self._level(about, "FRBRManifestation", f"{expression}.akn", day=own, event=name)
        element(made, "FRBRformat", value="application/akn+xml")
        references = element(meta, "references", source="#body")
        element(
            references,
            "TLCOrganization",
            eId="body",
            href=f"/akn/ontology/organization/lu/{fold(document.body).replace(' ', '.')}",
            showAs=document.body,
        )
        return meta

    def _level(
        self, about: etree._Element, name: str, uri: str, *, day: str, event: str, page: str = ""
    ) -> etree._Element:
        level = element(about, name)
        main = uri.removesuffix(".akn") + "/!main" + (".akn" if uri.endswith(".akn") else "")
        element(level, "FRBRthis", value=main)
        element(level, "FRBRuri", value=uri)
        if page:
            element(level, "FRBRalias", value=page, name="page")
        element(level, "FRBRdate", date=day, name=event)
        element(level, "FRBRauthor", href="#body")
        return level
