"""What was seen of a file while it was read, kept with its import until the file goes.

`ImportRun.seen` holds: `examples`, per heading some values; `letters`, [line, text] with letters
beyond ASCII; `words`, per column of ours what is not in its list; `doubts`, per heading the number
of cells that seem to have lost letters. All of it is content of the file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from exchange.mapping import letters
from exchange.models import ImportRun
from exchange.reading.glance import Glance
from exchange.rows.drafts import Draft
from exchange.tables.columns import Column

WORDS = 50  # per column; a person translates no more by hand


def note(run: ImportRun, glance: Glance) -> None:
    """How the file was read, be it the right way or not."""
    run.encoding, run.delimiter = glance.encoding, glance.delimiter
    run.sheet, run.sheets = glance.sheet[:100], list(glance.sheets)
    run.header_line, run.headings = glance.header_line, glance.headings
    run.seen = {"examples": glance.examples, "letters": [list(line) for line in glance.letters]}
    run.save(
        update_fields=(
            "encoding",
            "delimiter",
            "sheet",
            "sheets",
            "header_line",
            "headings",
            "seen",
        )
    )


def note_words(run: ImportRun, columns: Iterable[Column], doubts: Counter[str]) -> None:
    """What only reading all rows could tell."""
    unread = {column.name: column.unread()[:WORDS] for column in columns}
    run.seen |= {"words": {name: words for name, words in unread.items() if words}}
    run.seen |= {"doubts": dict(doubts)}
    run.save(update_fields=("seen",))


def doubts_in(drafts: Iterable[Draft]) -> Counter[str]:
    """Heading → number of cells whose letters seem to be lost."""
    doubt = letters.doubt()
    return Counter(
        remark["column"]
        for draft in drafts
        if draft.remarks
        for remark in draft.remarks
        if remark["message"] == doubt
    )
