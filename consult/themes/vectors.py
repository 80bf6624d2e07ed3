"""Vectors of points as the database keeps them: half-precision floats, little-endian.

A sentence vector is what the encoder makes of a point's words. A joint vector puts the point among
the words of its consultation, as the learned state does that a run left. Both say what somebody
wrote: they go in the act in which the point no longer stands, and none is written for a point that
does not.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from analysis import Document
from consult.kernel.inserting import conflict_insert, insert_rows
from consult.kernel.release import visible
from consult.submissions.models import Comment, CommentRevision, Point
from consult.submissions.placeholders import blanked
from consult.themes.models import JointVector, LearnedPiece, LearnedState, PointVector
from consult.themes.queries import point_text
from consult.themes.standing import live

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Rows = NDArray[np.float16]

Said = TypeVar("Said")

FLOATS = "<f2"
PIECE = 1_000_000  # bytes of a learned state in one row
BATCH = 500  # points an act
READ_AT_ONCE = 2_000  # points a statement


def forget(session: Session, point_ids: Sequence[int]) -> None:
    """Delete the vectors of points that no longer stand."""
    session.execute(delete(PointVector).where(PointVector.point_id.in_(point_ids)))
    concerned = (
        select(LearnedState.id)
        .join(Point, Point.consultation_id == LearnedState.consultation_id)
        .where(Point.id.in_(point_ids))
    )
    session.execute(
        delete(JointVector).where(
            JointVector.learned_id.in_(concerned), JointVector.point_id.in_(point_ids)
        )
    )


def without_vector(encoder: str) -> Any:
    """The condition that a point has no sentence vector of this encoder."""
    return ~exists(
        select(PointVector.point_id).where(
            PointVector.encoder == encoder, PointVector.point_id == Point.id
        )
    )


def next_without(
    session: Session, consultation_id: int, encoder: str, *, after: int, limit: int
) -> list[Document]:
    """The next points that stand and have no vector of this encoder, by id."""
    rows = session.execute(
        select(Point.id, point_text(), CommentRevision.language)
        .join(Comment, Comment.id == Point.comment_id)
        .join(CommentRevision, CommentRevision.id == Point.revision_id)
        .where(
            Point.consultation_id == consultation_id,
            Point.id > after,
            live(),
            without_vector(encoder),
        )
        .order_by(Point.id)
        .limit(limit)
    )
    return [Document(point, blanked(text), language) for point, text, language in rows]


def keep_sentences(
    session: Session, encoder: str, vectors: Sequence[tuple[int, bytes]]
) -> set[int]:
    """Write one batch of sentence vectors, over those of another encoder.

    Returns the points that have theirs now, which are held until the act ends.
    """
    standing = of_standing(session, vectors)
    rows = [{"point_id": p, "encoder": encoder, "vector": vector} for p, vector in standing]
    if rows:
        made = conflict_insert(session.connection(), PointVector)
        fresh = {name: made.excluded[name] for name in ("encoder", "vector")}
        session.execute(
            made.on_conflict_do_update(index_elements=[PointVector.point_id], set_=fresh), rows
        )
    return {point for point, _ in standing}


def keep_joint(session: Session, learned_id: int, vectors: Sequence[tuple[int, bytes]]) -> None:
    """Write one batch of joint vectors of a learned state; what it has already stays."""
    rows = [
        {"learned_id": learned_id, "point_id": point, "vector": vector}
        for point, vector in of_standing(session, vectors)
    ]
    if rows:
        made = conflict_insert(session.connection(), JointVector)
        session.execute(made.on_conflict_do_nothing(), rows)


def of_standing(session: Session, said: Sequence[tuple[int, Said]]) -> list[tuple[int, Said]]:
    """Of what is to be written of points, what concerns those that stand.

    They are held, so that none goes before the act ends.

    A point that somebody else holds is left out: this can be done another time.
    """
    held = session.scalars(
        select(Point.id)
        .where(Point.id.in_([point for point, _ in said]))
        .order_by(Point.id)
        .with_for_update(read=True, skip_locked=True)
    ).all()
    standing = set(
        session.scalars(
            select(Point.id)
            .join(Comment, Comment.id == Point.comment_id)
            .where(Point.id.in_(held), live())
        )
    )
    return [(point, what) for point, what in said if point in standing]


def sentences(session: Session, encoder: str, point_ids: Sequence[int], columns: int) -> "Rows":
    """The sentence vectors of points, aligned with them; zeros where there is none of this encoder."""
    query = select(PointVector.point_id, PointVector.vector).where(PointVector.encoder == encoder)
    return _aligned(session, query, PointVector.point_id, point_ids, columns)


def joint(session: Session, learned_id: int, point_ids: Sequence[int], columns: int) -> "Rows":
    """The joint vectors that a learned state has of points, aligned with them, zeros for none."""
    query = select(JointVector.point_id, JointVector.vector).where(
        JointVector.learned_id == learned_id
    )
    return _aligned(session, query, JointVector.point_id, point_ids, columns)


def _aligned(
    session: Session, query: Any, key: Any, point_ids: Sequence[int], columns: int
) -> "Rows":
    import numpy as np

    found = np.zeros((len(point_ids), columns), np.float16)
    for start in range(0, len(point_ids), READ_AT_ONCE):
        batch = point_ids[start : start + READ_AT_ONCE]
        place = {point: start + i for i, point in enumerate(batch)}
        rows = session.execute(query.where(key.in_(batch)).order_by(key)).all()
        if rows:
            joined = b"".join(vector for _, vector in rows)
            found[[place[point] for point, _ in rows]] = np.frombuffer(joined, FLOATS).reshape(
                len(rows), columns
            )
    return found


def filled(rows: "Rows") -> "NDArray[np.bool_]":
    """Which rows say something: those that are not all zeros."""
    import numpy as np

    return np.asarray(rows.any(axis=1))


def packed(point_ids: Sequence[int], rows: "Rows") -> list[tuple[int, bytes]]:
    """Points with their rows as they are stored."""
    stored = rows.astype(FLOATS)
    return [(point, row.tobytes()) for point, row in zip(point_ids, stored, strict=True)]


def current_state(session: Session, consultation_id: int, method: str) -> LearnedState | None:
    """The learned state that counts, if this method can use it."""
    newest = session.scalar(
        select(LearnedState)
        .where(LearnedState.consultation_id == consultation_id, visible(LearnedState.release_id))
        .order_by(LearnedState.id.desc())
        .limit(1)
    )
    return newest if newest is not None and newest.method == method else None


def content(session: Session, learned_id: int) -> bytes:
    """The bytes of a learned state."""
    pieces = session.scalars(
        select(LearnedPiece.content)
        .where(LearnedPiece.learned_id == learned_id)
        .order_by(LearnedPiece.number)
    )
    return b"".join(pieces)


def pieces(learned: bytes) -> list[bytes]:
    """A learned state's bytes as they are stored."""
    return [learned[start : start + PIECE] for start in range(0, len(learned), PIECE)]


def keep_piece(session: Session, learned_id: int, number: int, piece: bytes) -> None:
    """Write one piece of a learned state."""
    insert_rows(
        session, LearnedPiece, [{"learned_id": learned_id, "number": number, "content": piece}]
    )


def outdated_states(session: Session, consultation_id: int) -> list[int]:
    """Learned states that nobody will use: abandoned ones, and all before the newest that counts."""
    found = session.execute(
        select(LearnedState.id, visible(LearnedState.release_id))
        .where(LearnedState.consultation_id == consultation_id)
        .order_by(LearnedState.id)
    ).all()
    counting = max((state for state, seen in found if seen), default=None)
    return [state for state, _ in found if state != counting]


def sweep_state(session: Session, learned_id: int) -> bool:
    """Remove one batch of a learned state that nobody will use. False when nothing is left."""
    ids = session.scalars(
        select(JointVector.point_id).where(JointVector.learned_id == learned_id).limit(BATCH)
    ).all()
    if ids:
        session.execute(
            delete(JointVector).where(
                JointVector.learned_id == learned_id, JointVector.point_id.in_(ids)
            )
        )
        return True
    session.execute(delete(LearnedPiece).where(LearnedPiece.learned_id == learned_id))
    session.execute(delete(LearnedState).where(LearnedState.id == learned_id))
    return False
