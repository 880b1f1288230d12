"""Keeps Python's garbage collector from going through the whole of Django again and again.

Reading a table makes objects by the hundred thousand, and every so many of them the collector
looks at everything that lives, which is mostly the framework: 40 % of the time of a plan. Looking
at the chunk in hand again and again is another fifth of the time of applying. What lives before
the work is set aside for its duration; what it makes is only looked at where it does not go by
itself, which takes a circle of references.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_OBJECTS = 500_000  # more than a chunk of rows makes: what lives that short goes by itself


@contextmanager
def settled() -> Iterator[None]:
    before = gc.get_threshold()
    # Without collecting first: that would be nine tenths of a small import. What garbage is set
    # aside too is found again afterwards.
    gc.freeze()
    gc.set_threshold(_OBJECTS, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
