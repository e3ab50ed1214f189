"""The pages that are made from the product are up to date, and say so when they are not."""

from pathlib import Path

import pytest

from flows.generated_docs import PAGES, main

DOCS = Path(__file__).parents[2] / "docs"


def test_the_generated_pages_are_up_to_date() -> None:
    assert main([str(DOCS), "--check"]) == 0, "run `make docs`"


@pytest.mark.parametrize("name", PAGES)
def test_a_page_out_of_date_is_said_and_written_anew(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    assert main([str(tmp_path)]) == 0
    (tmp_path / name).write_text("old", encoding="utf-8")
    assert main([str(tmp_path), "--check"]) == 1
    assert capsys.readouterr().err == f"{tmp_path / name} is out of date; run `make docs`\n"
    assert main([str(tmp_path)]) == 0
    assert main([str(tmp_path), "--check"]) == 0
    assert (tmp_path / name).read_text(encoding="utf-8").startswith("# ")


def test_a_page_that_is_not_there_is_out_of_date(tmp_path: Path) -> None:
    assert main([str(tmp_path), "--check"]) == 1
    assert list(tmp_path.iterdir()) == []
