"""Values from the environment: typed, strict, and never the end of the program."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.environment import Problem, Reader, names_in_file


@pytest.mark.parametrize(
    ("written", "meant"),
    [("on", True), ("True", True), ("1", True), ("off", False), ("NO", False), ("", True)],
)
def test_a_switch_understands_both_answers_and_takes_nothing_for_its_default(
    written: str, meant: bool
) -> None:
    assert Reader({"HTTPS": written}).switch("HTTPS", default=True) is meant


@pytest.mark.parametrize(
    ("read", "written"),
    [
        (lambda r: r.switch("X", default=True), "yess"),
        (lambda r: r.number("X", 8000, lowest=1, highest=65535), "8000a"),
        (lambda r: r.number("X", 8000, lowest=1, highest=65535), "70000"),
        (lambda r: r.choice("X", "INFO", choices=("INFO", "ERROR")), "loud"),
        (lambda r: r.folder("X", Path("/var")), "relative/path"),
        (lambda r: r.database("X", {}), "mysql://host/name"),
        (lambda r: r.database("X", {}), "postgres://user:word@host:port/name"),
        (lambda r: r.database("X", {}), "sqlite://:memory:"),
    ],
)
def test_a_value_that_cannot_be_read_is_remembered_without_being_quoted(read, written) -> None:
    silent, spoilt = Reader({}), Reader({"X": written})
    assert read(spoilt) == read(silent), "the default is in force"
    assert [problem.name for problem in spoilt.problems] == ["X"]
    assert not silent.problems
    assert written not in repr(spoilt.problems)


def test_a_secret_may_begin_with_a_dollar_sign() -> None:
    assert Reader({"SECRET_KEY": "$HOME"}).text("SECRET_KEY") == "$HOME"


def test_spaces_after_the_commas_of_a_list_do_not_count() -> None:
    assert Reader({"X": "a.example, b.example ,"}).names_list("X") == ["a.example", "b.example"]


def test_the_number_problem_names_the_range() -> None:
    reader = Reader({"PORT": "0"})
    reader.number("PORT", 8000, lowest=1, highest=65535)
    assert reader.problems == [Problem("PORT", "a whole number from 1 to 65535")]


def test_names_in_an_env_file_are_found_with_and_without_export(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("# COMMENT=1\nA=1\n export B_2 = x\n\nnonsense\n")
    assert names_in_file(file) == ["A", "B_2"]
    assert names_in_file(tmp_path / "absent") == []
