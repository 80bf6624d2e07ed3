"""One clause of a text that is being brought in, with the forms that act on it."""

from collections.abc import Callable

from wtforms.fields.choices import SelectChoice

from consult.drafts import reshaping
from consult.drafts.reading import ParsedDraft
from consult.drafts.reshaping import Reshaped
from consult.kernel.errors import NotFoundError
from consult.kernel.i18n import gettext as _
from consult.kernel.i18n import mark
from consult.pages.bringing.forms import (
    NEW,
    UNDECIDED,
    ContinuesForm,
    NamingForm,
    PlaceForm,
    SplitForm,
    StateForm,
)
from consult.pages.bringing.queries import Brought, chapters_above, plain

# What is said beside a clause after a step.
BEGINS = mark("A new clause begins here.")
RENAMED = mark("Changed as you wrote.")
MOVED = mark("Moved to this place.")
DECIDED = mark("It is kept which clause this continues.")

Act = Callable[[ParsedDraft], Reshaped]
STEPS = ("name", "split", "move", "continue")


def answer(chosen: str) -> str | None:
    """A choice of the form as a mark of the heading."""
    return {UNDECIDED: None, NEW: ""}.get(chosen, chosen)


class Sheet:
    """The forms of one clause, filled from the text as it is."""

    def __init__(self, brought: Brought, place: int, step: str) -> None:
        self.brought, self.place = brought, place
        self.parts = brought.parts
        if not 0 <= place < len(self.parts):
            raise NotFoundError
        self.part = self.parts[place]
        saved, part = brought.found.saved, self.part
        facts = {name: {} if step == name else {"formdata": None} for name in STEPS}
        self.naming = NamingForm(
            saved=saved, number=part.number, heading=part.heading, kind=part.kind,
            depth=part.depth, **facts["name"],
        )  # fmt: skip
        self.splitting = SplitForm(saved=saved, **facts["split"])
        self.moving = PlaceForm(saved=saved, after=place - 1, **facts["move"])
        self.continuing = ContinuesForm(
            saved=saved,
            continues={None: UNDECIDED, "": NEW}.get(part.continues, part.continues),
            **facts["continue"],
        )
        self._offer()

    def _offer(self) -> None:
        above = chapters_above(self.parts, self.place)
        self.naming.depth.choices = [
            SelectChoice(depth, _("In %(chapter)s", chapter=above[depth - 1].label[:100]))
            if depth
            else SelectChoice(0, _("In no chapter"))
            for depth in range(len(above) + 1)
        ]
        lines = self.part.source.split("\n")
        self.splitting.line.choices = [
            SelectChoice(line, plain(lines[line])[:300])
            for line in reshaping.split_points(self.part.source)
        ]
        self.moving.after.choices = [
            SelectChoice(-1, _("At the very beginning")),
            *(
                SelectChoice(at, (part.label or part.source)[:120])
                for at, part in enumerate(self.parts)
                if at != self.place
            ),
        ]
        known = self.brought.plan.known if self.brought.plan else ()
        self.continuing.offer([(row.key, row.label) for row in known])

    def form(self, step: str) -> StateForm:
        return {
            "name": self.naming,
            "split": self.splitting,
            "move": self.moving,
            "continue": self.continuing,
        }[step]

    def act(self, step: str) -> tuple[Act, str]:
        """What the form that was sent asks for."""
        place = self.place
        if step == "name":
            named = self.naming
            return lambda draft: reshaping.rename(
                draft,
                place,
                number=named.number.data or "",
                heading=named.heading.data or "",
                kind=named.kind.data,
                depth=named.depth.data,
            ), RENAMED
        if step == "split":
            new = self.splitting
            return lambda draft: reshaping.split(
                draft,
                place,
                new.line.data,
                number=(new.new_number.data or "").strip(),
                heading=(new.new_heading.data or "").strip(),
            ), BEGINS
        if step == "move":
            after = self.moving.after.data
            behind = None if after < 0 else after
            return lambda draft: reshaping.move(draft, place, after=behind), MOVED
        chosen = answer(self.continuing.continues.data)
        return lambda draft: reshaping.decide(draft, {place: chosen}), DECIDED
