"""Steps of a procedure as tables: state × verb → state, guard, right (decision 8).

`table.py` is the data, for an app's `rules.py`; `steps.py` the one function that performs a step.
"""

from workflow.steps import Refused, Step, Steps
from workflow.table import Transition

__all__ = ["Refused", "Step", "Steps", "Transition"]
