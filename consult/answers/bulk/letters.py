"""Every letter that a bulk answer will send, as its readers will see it."""

from collections.abc import Sequence
from dataclasses import dataclass

from consult.answers.choosing import Variant
from consult.answers.letters import News
from consult.answers.web import Sample, sample


@dataclass(frozen=True)
class Shown:
    """A letter and how many are like it."""

    variant: Variant
    letter: Sample


def shown(
    variants: Sequence[Variant],
    disposition: str,
    *,
    changed: bool,
    title: dict[str, str],
    slug: str,
) -> list[Shown]:
    """One sample of each variant; comments have made up numbers."""
    found = []
    for variant in variants:
        points = (12, 13) if variant.several else (12,)
        told = [News(seq, disposition, changed=changed, again=variant.again) for seq in points]
        found.append(Shown(variant, sample("bulk", told, variant.language, title, slug)))
    return found
