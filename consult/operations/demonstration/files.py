"""Reading the demo's data files, and turning their days into instants."""

import json
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from consult.kernel.clock import LUXEMBOURG, end_of_day, luxembourg_date, start_of_day

FOLDER = Path(__file__).resolve().parents[1] / "demo"


def read(name: str) -> Any:
    """A JSON file of the demo."""
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Story:
    """One demo consultation: its folder's files, and today."""

    folder: str
    today: datetime

    @property
    def facts(self) -> dict[str, Any]:
        facts: dict[str, Any] = read(f"{self.folder}/consultation.json")
        return facts

    def draft(self, name: str) -> str:
        return (FOLDER / self.folder / name).read_text(encoding="utf-8")

    def comments(self) -> list[dict[str, Any]]:
        lines = (FOLDER / self.folder / "comments.jsonl").read_text(encoding="utf-8")
        return [json.loads(line) for line in lines.splitlines() if line.strip()]

    def begins(self, day: int) -> datetime:
        """The first instant of the day that lies so many days from today."""
        return start_of_day(luxembourg_date(self.today) + timedelta(days=day))

    def ends(self, day: int) -> datetime:
        return end_of_day(luxembourg_date(self.today) + timedelta(days=day))

    def at(self, day: int, hour: int = 10, minute: int = 0) -> datetime:
        """An instant on a day of the story, never later than now."""
        date = luxembourg_date(self.today) + timedelta(days=day)
        instant = datetime.combine(date, time(hour, minute), LUXEMBOURG)
        return min(instant, self.today)
