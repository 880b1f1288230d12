"""Letters, field sheets, reports and plans as accessible PDF, from wording the office edits.

`registry.py`: which papers there are, declared by the rooms that use them. `markup.py` and
`filling.py`: from the office's text and a context to a tree of plain values. `rendering.py`:
from the tree to PDF/UA, through the layouts in `typst/`. `actions.py`: freezing.
"""
