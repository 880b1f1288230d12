"""What is translated into which language, and how it stands: the board of the editors.

- `rules`   the state of one piece in one language
- `queries` all pieces × all languages, constant in queries
- `views`   the board
"""
