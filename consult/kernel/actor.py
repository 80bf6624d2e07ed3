"""Who acts: what verbs take instead of a web session."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Actor:
    """A reference for the log ("user:5", "receipt:12", "system", "command") and the account, if any.

    What a receipt code does is logged as "by receipt", never as the clerk who typed it.
    """

    reference: str
    user_id: int | None = None

    @classmethod
    def user(cls, user_id: int) -> "Actor":
        return cls(f"user:{user_id}", user_id)

    @classmethod
    def receipt(cls, submission_id: int) -> "Actor":
        return cls(f"receipt:{submission_id}")


VISITOR = Actor("visitor")
SYSTEM = Actor("system")
COMMAND = Actor("command")
