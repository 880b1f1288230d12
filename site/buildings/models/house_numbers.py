"""The order of house numbers as a postman knows it: 1, 2, 10, 12, 12 a, 12-14."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Func, Value
from django.db.models.functions import Concat, Length, Lower, Replace, Substr

_FIVE_ZEROS = Value("00000")
# Every collation puts digits before letters, but each has an opinion of its own on signs. "zz"
# stands for the sign of a range: 12-14 comes after 12 z.
_SIGNS = ((" ", ""), ("-", "zz"), ("–", "zz"), ("/", "zz"))


def house_order() -> Any:
    """A column by which house numbers sort: "12 a" → "00012a", "12-14" → "00012zz14".

    The database works it out: it is right on every path, and no fact of its own to record.
    """
    number = F("house_number")
    rest = Func(number, Value("0123456789"), function="LTRIM")
    digits = Length(number) - Length(rest)
    padded = Substr(
        Concat(_FIVE_ZEROS, Substr(number, 1, digits), output_field=models.CharField()),
        digits + 1,
    )
    suffix: Any = Lower(rest)
    for sign, sorted_as in _SIGNS:
        suffix = Replace(suffix, Value(sign), Value(sorted_as))
    return models.GeneratedField(
        expression=Concat(padded, suffix, output_field=models.CharField()),
        output_field=models.CharField(max_length=60),
        db_persist=True,
    )
