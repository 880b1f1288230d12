"""The office's wording in its versions, the letterheads of its units, and the papers it issued."""

from papers.models.issued import IssuedPaper
from papers.models.letterhead import Letterhead
from papers.models.template import Language, PaperTemplate, State

__all__ = ["IssuedPaper", "Language", "Letterhead", "PaperTemplate", "State"]
