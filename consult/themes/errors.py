"""What can stand in the way of working with themes, campaigns and points."""

from consult.kernel.errors import ConsultError, NotFoundError
from consult.kernel.i18n import mark


class AlreadyAnalysingError(ConsultError):
    message = mark("An analysis of this consultation is already waiting or running.")


class NothingToAnalyseError(ConsultError):
    message = mark("There is no comment to analyse yet.")


class RunOverError(ConsultError):
    message = mark("This analysis has already ended.")


class DecidedMeanwhileError(ConsultError):
    """Officials decided on proposals while a run worked on a snapshot that did not know."""

    message = mark(
        "While this analysis was running, officials decided on earlier proposals. "
        "Nothing was changed. Please start the analysis again; it will respect these decisions."
    )

    def __init__(self, theme_ids: list[int], campaign_ids: list[int]) -> None:
        super().__init__()
        self.theme_ids = theme_ids
        self.campaign_ids = campaign_ids


class BeingPublishedError(ConsultError):
    """Law 2: what a release is being prepared from must stand still."""

    message = mark(
        "This is being published at this moment. Please wait until the publication is finished."
    )


class ThemeGoneError(ConsultError):
    """Somebody else merged it, set it aside, or a newer run proposed afresh."""

    message = mark(
        "This theme was merged, set aside or replaced by a newer analysis meanwhile. "
        "Please look at the list of themes as it stands now."
    )


class AlreadyAcceptedError(ConsultError):
    message = mark("Somebody else has already accepted this.")


class ProposalsMovedError(ConsultError):
    """Of proposals that are decided together some no longer are what the official saw: accepted,
    named or placed otherwise, or set aside, merged or replaced by a newer analysis."""

    message = mark(
        "Some of the proposals you chose are no longer as you saw them. Nothing was done yet. "
        "Please look at them and press again; what you chose is still ticked."
    )

    def __init__(self, accepted: list[int], changed: list[int], gone: list[int]) -> None:
        super().__init__()
        self.accepted = accepted
        self.changed = changed
        self.gone = gone


class TooManyProposalsError(ConsultError):
    status = 422
    message = mark("At most %(most)s proposals can be decided at once. Please choose fewer.")


class AnsweredError(ConsultError):
    message = mark(
        "This has been answered and can no longer be set aside. Merge it, or correct its answer."
    )


class TitleMissingError(ConsultError):
    status = 422
    message = mark("Please write a title in at least one language.")


class SameThemeError(ConsultError):
    status = 422
    message = mark("Please choose another theme than the one itself.")


class TwoLevelsError(ConsultError):
    status = 422
    message = mark("Themes have two levels: choose a main theme without a theme above it.")


class NoPointsError(ConsultError):
    status = 422
    message = mark("Please choose at least one point.")


class TooManyPointsError(ConsultError):
    status = 422
    message = mark("At most %(most)s points can be moved at once.")


class TooManyPartsError(ConsultError):
    status = 422
    message = mark("A comment can be divided into at most %(most)s points.")


class PointGoneError(ConsultError):
    message = mark(
        "One of these points no longer exists: its comment was corrected, split, withdrawn or "
        "removed. Please reload the page and choose again."
    )


class CheckedMeanwhileError(ConsultError):
    message = mark(
        "One of these points has been decided on meanwhile, otherwise than here. "
        "What you chose for the others is kept below; please save it again."
    )


class CampaignGoneError(ConsultError):
    message = mark(
        "This campaign was set aside or replaced by a newer analysis meanwhile. "
        "Please look at the list of campaigns as it stands now."
    )


class InOtherCampaignError(ConsultError):
    message = mark("This point already belongs to an accepted campaign.")


class SplitSettledError(ConsultError):
    message = mark(
        "A point of this comment has been answered; it can no longer be split or joined."
    )


class SplitStaleError(ConsultError):
    message = mark(
        "The comment or its points changed while you were choosing. "
        "Please check the points as they stand now."
    )


class ThemeNotFoundError(NotFoundError):
    message = mark("There is no such theme in this consultation.")


class CampaignNotFoundError(NotFoundError):
    message = mark("There is no such campaign in this consultation.")


class PointNotFoundError(NotFoundError):
    message = mark("There is no such point in this consultation.")


class NoPersonError(ConsultError):
    """A command or the system cannot say what a point is about; a person must."""

    message = mark("Only a person can decide this.")


class PortionGoneError(ConsultError):
    message = mark(
        "This point is no longer in your portion: the portion had expired and a colleague took it, "
        "or you gave it back. Nothing was changed."
    )


class CodedMeanwhileError(ConsultError):
    message = mark(
        "Somebody else has decided on this point meanwhile. Nothing was changed. "
        "Please look at what they said and decide again."
    )


class NoColleagueError(ConsultError):
    status = 422
    message = mark("Please choose a colleague.")


class ReadingOpenError(ConsultError):
    message = mark("A second reading is already under way.")


class ReadingOverError(ConsultError):
    message = mark("This second reading has ended, or somebody else has read this point.")


class NothingToReadError(ConsultError):
    message = mark("No point has a label yet: there is nothing to read a second time.")
