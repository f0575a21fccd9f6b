"""Dates as the page prints them: 2020-01-28 in lists, 1月28日 (without a year) in attributions."""

from __future__ import annotations

import re
from datetime import date

FULL = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
SHORT = re.compile(r"([0-9]{1,2})月([0-9]{1,2})日")


def full(text: str) -> date | None:
    """The date that a text such as 2020-01-28 names; None when there is no such day."""
    match = FULL.fullmatch(text)
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def short(day: date) -> str:
    """The day as an attribution prints it, without leading zeros: 1月28日."""
    return f"{day.month}月{day.day}日"
