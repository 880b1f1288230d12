"""The work on a translation, from its beginning to the release by a colleague.

wagtail-localize keeps the sentences and their translations, and has the editor. What it does with
readers is ours: it would show them German as a translation from the moment one is begun.

- `queries` how far a translation is, for the desk above the editor
- `actions` begin, take over a newer original, confirm a machine's sentence, hand in
- `views`   the screens of wagtail-localize that would publish, and what the editor sends
- `telling` the message where something was refused
"""
