"""The map of a run: where its themes and some of its points lie, kept with it and read for a page."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from consult.kernel.i18n import choose
from consult.themes import topic_map
from consult.themes.models import Run, RunMap
from consult.themes.queries import ThemeRow
from consult.themes.topic_map import Place, TopicMap

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SCALE = 10_000  # whole numbers in the database; the map goes from 0 to 1


def lay_out(
    points: Sequence[int],
    report: Any,
    theme_of: Mapping[int, int],
    former: Mapping[int, tuple[int, int]],
) -> tuple[list[list[int]], list[list[int]]]:
    """Rows for a map of this report: (theme, x, y, radius) and (point, theme, x, y).

    `points` are aligned with the report's documents. `former` says where points lay on the map
    before: everything keeps its place as far as it can.
    """
    import numpy as np

    from analysis import layout

    found = np.asarray(report.labels, np.int64)
    placed = layout.lay_out(report.joint, found, _places(points, former))
    themes = [
        [theme_of[label], *_whole(placed.topics[label]), *_whole([placed.radii[label]])]
        for label in sorted(theme_of)
        if label < len(placed.radii) and np.isfinite(placed.radii[label])
    ]
    rows = [
        [points[i], theme_of[int(found[i])], *_whole(placed.points[i])]
        for i in layout.shown(found)
        if int(found[i]) in theme_of
    ]
    return themes, rows


def _whole(numbers: "Iterable[float] | NDArray[np.float64]") -> list[int]:
    return [round(float(number) * SCALE) for number in numbers]


def _places(
    points: Sequence[int], former: Mapping[int, tuple[int, int]]
) -> "NDArray[np.float64] | None":
    import numpy as np

    if not former:
        return None
    places = np.full((len(points), 2), np.nan)
    for i, point in enumerate(points):
        if point in former:
            places[i] = np.array(former[point]) / SCALE
    return places


def drawn(
    stored: RunMap | None, rows: Sequence[ThemeRow], href: Callable[[int], str]
) -> TopicMap | None:
    """The map with the themes of `rows` under their present names and sizes.

    A theme that was made or merged after the run has no place on it. None where there is nothing
    to draw.
    """
    if stored is None:
        return None
    known = {row.theme.id: row for row in rows}
    places = [
        _place(known[theme], x, y, radius, href(theme))
        for theme, x, y, radius in stored.themes
        if theme in known
    ]
    dots = [(x / SCALE, y / SCALE, theme) for _, theme, x, y in stored.points if theme in known]
    return topic_map.drawn(places, dots) if places else None


def _place(row: ThemeRow, x: int, y: int, radius: int, href: str) -> Place:
    language, title = choose(row.theme.title)
    return Place(
        theme_id=row.theme.id,
        title=title,
        language=language,
        points=row.points,
        href=href,
        x=x / SCALE,
        y=y / SCALE,
        radius=radius / SCALE,
    )


def keep(
    session: Session, run: Run, themes: Sequence[Sequence[int]], points: Sequence[Sequence[int]]
) -> None:
    """Write the map of a run that is being recorded; one that it had written before is replaced."""
    session.merge(
        RunMap(
            run_id=run.id, themes=[list(row) for row in themes], points=[list(p) for p in points]
        )
    )
