"""Numbers as word processors print them. Pure."""

_ROMAN = (
    *((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L")),
    *((40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")),
)

# Word goes on to this many letters, and begins anew.
MOST_LETTERS = 30
# More than anybody prints before or behind a number, or counts to, or sets lists within each other:
# what a file may say there, and not how much is made of it.
LONGEST = 200  # characters
DEEPEST = 8  # levels, from 0


def whole(text: str | None) -> int | None:
    """A whole number as a file says it; None for what is none, or beyond all that is counted."""
    fits = text and len(text) <= 6 and text.isascii() and text.isdigit()
    return int(text) if text and fits else None


def counted(count: int, style: str) -> str:
    """A number in the style "1", "01", "a", "A", "i" or "I"; "" prints nothing.

    Letters go on as in Word and LibreOffice: z, aa, bb.
    """
    if not style:
        return ""
    if style in "aA" and count > 0:
        letter = chr(ord("a") + (count - 1) % 26) * ((count - 1) // 26 % MOST_LETTERS + 1)
        return letter.upper() if style == "A" else letter
    if style in "iI" and 0 < count < 4000:
        roman = _roman(count)
        return roman if style == "I" else roman.lower()
    return f"{count:02}" if style == "01" else str(count)


def _roman(count: int) -> str:
    roman = ""
    for value, sign in _ROMAN:
        roman += sign * (count // value)
        count %= value
    return roman
