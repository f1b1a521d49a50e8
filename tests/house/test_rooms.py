"""The rooms: which file may know which."""

from __future__ import annotations

from tests.house.imports import circles, import_graph


def test_no_two_files_import_one_another_by_any_way() -> None:
    assert circles(import_graph()) == []


def test_a_circle_would_be_found() -> None:
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == [["a", "b", "c"]]
