"""What a known word stands for."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a pattern stands for. `exact` is the alias as it must be printed, "" where case does not matter.

    `kind` is entity | ai | china | given | topic | trap | chips | advert | stub | credit | anonymous | cue | spun.
    """

    kind: str
    key: str
    strong: bool = True
    open_end: bool = False
    exact: str = ""
