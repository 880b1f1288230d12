"""What tests of every room share: one browser for the whole run."""

from tests.chromium import chromium, window

__all__ = ["chromium", "window"]
