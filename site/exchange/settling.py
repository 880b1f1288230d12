"""Keeps Python's garbage collector from going through the whole of Django again and again.

Reading a table makes objects by the hundred thousand, and every so many of them the collector
looks at everything that lives, which is mostly the framework: 40 % of the time of a plan. What
lives before the work is set aside for its duration; what the work makes is collected as ever.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def settled() -> Iterator[None]:
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
