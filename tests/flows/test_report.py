"""What a run says of itself, and the code it ends with."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, strategies as st

from extractors.records import Dropped, Reason, Stage
from flows.ledger import Ledger
from flows.report import IncompleteRun, RunReport, exit_of, ledger_markdown

NOW = datetime(2026, 11, 2, 8, tzinfo=UTC)


def polled(*results: object) -> Ledger:
    ledger = Ledger()
    for number, result in enumerate(results):
        ledger.passes(Stage.POLL, number, result)
    return ledger


def report(ledger: Ledger, exit: int = 0, failing: dict[str, str] | None = None, **changes: object) -> RunReport:
    fields = {
        "run_id": "r1",
        "now": NOW,
        "exit": exit,
        "ledger": ledger,
        "poll_failures": {},
        "enabled_count": 2,
        "failing": failing or {},
        "new_count": 0,
        "waiting_count": 0,
        "loaded_count": 0,
        "relevant_count": 0,
        "stories_new": 0,
        "stories_updated": 0,
        "published": "data/published.duckdb",
    }
    return RunReport(**(fields | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("failing", "strict", "code"),
    [
        (0, False, 0),
        (0, True, 0),
        (1, False, 0),
        (1, True, 4),
        (2, False, 0),
        (3, False, 4),
        (4, False, 5),
        (4, True, 5),
    ],
)
def test_the_exit_code_follows_the_share_of_failing_feeds(failing: int, strict: bool, code: int) -> None:
    assert exit_of(polled("page"), failing, 4, 0.5, strict=strict) == code


def test_a_run_that_polled_nothing_is_not_judged_by_feeds() -> None:
    assert exit_of(polled(), 4, 4, 0.5, strict=True) == 0
    assert exit_of(polled(Dropped(Reason.WAITING)), 4, 4, 0.5, strict=True) == 0


def test_many_quarantined_records_end_with_4() -> None:
    ledger = Ledger()
    for number in range(4):
        ledger.passes(Stage.EXTRACT, number, ValueError(number) if number else "article")
    assert exit_of(ledger, 0, 4, 0.5, strict=False) == 4


@given(st.lists(st.sampled_from(["ok", "not_modified", "unchanged", "dns", "waiting"])))
def test_due_is_polled_plus_not_reached(answers: list[str]) -> None:
    ledger = polled(*(answer if answer == "ok" else Dropped(Reason(answer)) for answer in answers))
    polls = report(ledger, poll_failures={"dns": answers.count("dns")}).polls()
    assert polls["due"] == polls["polled"] + answers.count("waiting")
    assert polls["polled"] == polls["ok"] + polls["not_modified"] + polls["failed"]


def test_a_total_failure_names_the_causes() -> None:
    total = report(polled(Dropped(Reason.DNS)), exit=5, failing={"a": "dns", "b": "timeout"})
    assert total.headline() == "2/2 feeds unreachable (dns 1, timeout 1). Nothing is lost."
    with pytest.raises(IncompleteRun) as caught:
        total.raise_for_exit()
    assert caught.value.exit_code == 5


def test_a_run_with_nothing_due_says_so_and_what_waits() -> None:
    assert report(Ledger()).headline() == "Nothing was due: no feed is polled and no page fetched before its time."
    assert report(Ledger(), waiting_count=3).headline().endswith("3 pages wait for a later try.")


def test_a_run_with_nothing_due_right_after_a_total_failure_does_not_hide_it() -> None:
    said = report(Ledger(), failing={"a": "dns", "b": "timeout"}).headline()
    assert said.startswith("Nothing was due")
    assert said.endswith("When last polled 2/2 feeds failed (dns 1, timeout 1): see `sinoscope status`.")


def test_a_run_that_only_read_pages_left_behind_does_not_say_that_nothing_was_due() -> None:
    ledger = Ledger()
    ledger.passes(Stage.EXTRACT, 1, "article")
    assert (
        report(ledger, loaded_count=1, relevant_count=1)
        .headline()
        .endswith("1 articles loaded, 1 relevant, 0 new stories.")
    )


def test_the_json_object_has_the_contract_s_names() -> None:
    payload = report(polled("page")).to_json()
    assert list(payload) == [
        "schema",
        "run_id",
        "now",
        "exit",
        "polls",
        "entries",
        "pages",
        "stages",
        "articles",
        "stories",
        "published",
    ]
    assert list(payload["polls"]) == ["due", "polled", "ok", "not_modified", "failed", "by_cause"]
    assert list(payload["stages"]["poll"]) == ["in", "passed", "dropped", "quarantined", "reasons"]


def test_the_markdown_ledger_has_a_row_per_stage() -> None:
    lines = ledger_markdown(report(polled("page", Dropped(Reason.DNS)))).splitlines()
    assert "| poll | 2 | 1 | 1 | 0 | dns 1 |" in lines
    assert sum(line.startswith("| ") for line in lines) == 1 + len(Stage)
