"""The portal without its pages: what is published, as data, for other front ends and open data.

Read only. `pages` through Wagtail's API v2, `offers`, `places`, `contacts`, `agencies` and `terms` as
JSON and CSV, `changes` as JSON and Atom. `openapi` describes it; a test holds every answer against that
description.
"""
