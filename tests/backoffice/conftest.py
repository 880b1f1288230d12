"""Records of every collection and the delivered portal, made once for a file and taken back after."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction

from tests.cast import Cast


@contextmanager
def kept_for_the_file(django_db_blocker: Any) -> Iterator[None]:
    """One transaction around all tests of a file: each of them rolls back to what is made here."""
    with django_db_blocker.unblock():
        whole = transaction.atomic()
        whole.__enter__()
    try:
        yield
    finally:
        with django_db_blocker.unblock():
            transaction.set_rollback(True)
            whole.__exit__(None, None, None)


@pytest.fixture(scope="module")
def cast_of_the_file(django_db_setup: None, django_db_blocker: Any) -> Iterator[Cast]:
    """For tests that change none of its records in memory."""
    with kept_for_the_file(django_db_blocker):
        with django_db_blocker.unblock():
            cast = Cast().make_records()
        yield cast


@pytest.fixture(scope="module")
def everything(cast_of_the_file: Cast, django_db_blocker: Any) -> Cast:
    """The cast with its records, and the portal: every kind of page the admin has."""
    with django_db_blocker.unblock():
        call_command("build_portal", verbosity=0)
    return cast_of_the_file
