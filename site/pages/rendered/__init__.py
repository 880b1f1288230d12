"""Published pages, rendered once and served from the copy, ahead of Django.

- `copies`  one copy: headers, bytes, the moment until which it is true
- `store`   where copies lie, and the mark that tells every process which of them still hold
- `layer`   the WSGI callable in front of Django that answers from copies
- `changes` what makes all copies invalid, and pages that change by the clock
- `upkeep`  what the worker does: render ahead, so that the portal outlives its database; clear away
"""
