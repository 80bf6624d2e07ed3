"""Numbers as word processors print them. Pure."""

_ROMAN = (
    *((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L")),
    *((40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")),
)


def counted(count: int, style: str) -> str:
    """A number in the style "1", "01", "a", "A", "i" or "I"; "" prints nothing.

    Letters go on as in Word and LibreOffice: z, aa, bb.
    """
    if not style:
        return ""
    if style in "aA" and count > 0:
        letter = chr(ord("a") + (count - 1) % 26) * ((count - 1) // 26 + 1)
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
