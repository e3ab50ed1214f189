"""Tells how long a feed may bring nothing before that is news: from the gaps between its own entries.

The usual gap is weighted by time: the gap that a moment of the feed's past, picked at random, fell into. A feed that
posts ten entries on one day and then rests for three weeks usually rests for three weeks; its median gap is minutes.
"""

import itertools
from collections.abc import Sequence
from datetime import datetime, timedelta

from extractors.words import SourceKind

LEAST_DAYS = {SourceKind.THINK_TANK: 14, SourceKind.GOVERNMENT: 14}
LEAST_DEFAULT_DAYS = 3
GAPS = 3  # usual gaps without an entry
USUAL_SHARE = 0.75  # of the past lay in gaps no longer than the usual one


def usual_gap(moments: Sequence[datetime]) -> timedelta:
    """The gap that three quarters of the past did not exceed, in any order of entries; zero for fewer than two."""
    times = sorted(moments)
    gaps = sorted(later - earlier for earlier, later in itertools.pairwise(times))
    reached, half = timedelta(), sum(gaps, timedelta()) * USUAL_SHARE
    for gap in gaps:
        reached += gap
        if reached >= half:
            return gap
    return timedelta()


def alarm_window(moments: Sequence[datetime], source_kind: SourceKind) -> timedelta:
    """How long after its newest entry a feed counts as silent: three usual gaps, and some days at least."""
    least = timedelta(days=LEAST_DAYS.get(source_kind, LEAST_DEFAULT_DAYS))
    return max(least, GAPS * usual_gap(moments))
