"""The house rules: what a newcomer may rely on when touching one place."""

import ast
import re
import statistics
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
ROOMS = ("flows", "extractors", "warehouse")
DOCS = "\n".join(path.read_text(encoding="utf-8") for path in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
FORBIDDEN_NAMES = ("utils", "helpers", "manager", "misc", "common")
BANNED_WORDS = ("TODO", "FIXME", "XXX", "NotImplementedError")


def modules() -> Iterator[Path]:
    for room in ROOMS:
        yield from sorted((ROOT / room).rglob("*.py"))


def functions() -> Iterator[tuple[Path, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield path, node


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function without its decorators and docstring."""
    body = function.body[1:] if ast.get_docstring(function) and len(function.body) > 1 else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 2


def lines_of(*folders: str) -> int:
    paths = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    return sum(len(path.read_text(encoding="utf-8").splitlines()) for path in paths)


def test_the_median_function_has_at_most_ten_lines() -> None:
    assert statistics.median(length(function) for _, function in functions()) <= 10


def test_no_function_is_longer_than_fifty_lines() -> None:
    long = [f"{path.relative_to(ROOT)}:{f.lineno} {f.name} {length(f)}" for path, f in functions() if length(f) > 50]
    assert long == []


def test_no_module_is_longer_than_five_hundred_lines() -> None:
    long = [str(path.relative_to(ROOT)) for path in modules() if len(path.read_text("utf-8").splitlines()) > 500]
    assert long == []


def test_there_is_nearly_a_line_of_test_per_line_of_code() -> None:
    assert lines_of("tests") >= 0.9 * lines_of(*ROOMS)


def test_every_module_opens_with_what_it_does() -> None:
    assert [str(path) for path in modules() if not ast.get_docstring(ast.parse(path.read_text("utf-8")))] == []


@pytest.mark.parametrize("word", FORBIDDEN_NAMES)
def test_no_room_is_called_after_nothing(word: str) -> None:
    assert [str(path) for path in modules() if word in path.stem.split("_")] == []


@pytest.mark.parametrize("word", BANNED_WORDS)
def test_nothing_is_left_for_later_in_the_code(word: str) -> None:
    assert [str(path) for path in modules() if word in path.read_text(encoding="utf-8")] == []


def test_one_broad_except_catches_records_and_one_ends_the_command_line() -> None:
    broad = [
        str(path.relative_to(ROOT))
        for path in modules()
        if re.search(r"except\s*:|except\b[^:\n]*\b(Base)?Exception\b", path.read_text(encoding="utf-8"))
    ]
    assert sorted(broad) == ["flows/cli/__init__.py", "flows/ledger.py"]


def test_feedparser_is_only_ever_given_a_byte_stream() -> None:
    calls = [
        line.strip()
        for path in modules()
        for line in path.read_text(encoding="utf-8").splitlines()
        if "feedparser.parse(" in line
    ]
    assert calls
    assert all("feedparser.parse(io.BytesIO(" in call or call.endswith("feedparser.parse(") for call in calls)


def test_only_flows_reads_the_clock() -> None:
    reading = re.compile(r"datetime\.now\(|date\.today\(|time\.time\(|utcnow\(")
    guilty = [str(p.relative_to(ROOT)) for p in modules() if reading.search(p.read_text("utf-8"))]
    assert [path for path in guilty if not path.startswith("flows/")] == []


def test_the_lock_names_versions_and_hashes_but_no_host() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in lock
    assert all("==" in line for line in lock.splitlines() if re.match(r"[a-z]", line))
    assert lock.count("--hash=sha256:") > lock.count("==")


def test_every_dependency_has_its_reason_in_the_choices() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = [re.split(r"[<>=]", dependency)[0] for dependency in project["dependencies"]]
    choices = (ROOT / "docs" / "choices.md").read_text(encoding="utf-8")
    assert [name for name in names if name.lower() not in choices.lower()] == []


def test_every_command_is_in_the_docs() -> None:
    from flows.cli import COMMANDS

    assert [name for name in COMMANDS if f"sinoscope {name}" not in DOCS and f"`{name}`" not in DOCS] == []


def test_every_query_is_documented_with_unit_caveat_and_example() -> None:
    for path in sorted((ROOT / "warehouse" / "queries").glob("*.sql")):
        header = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("--")]
        assert header[0].rstrip().endswith("?"), path
        for word in ("-- unit:", "-- caveat:", f"-- example: sinoscope query {path.stem}"):
            assert any(line.startswith(word) for line in header), f"{path}: {word}"


def test_enough_feeds_ship_in_both_languages() -> None:
    feeds = yaml.safe_load((ROOT / "config" / "feeds.yaml").read_text(encoding="utf-8"))["feeds"]
    assert len(feeds) >= 120
    assert sum(str(feed.get("language", "")).startswith("zh") for feed in feeds) >= 25
    assert all(feed.get("note") for feed in feeds)


def test_the_command_line_starts_without_prefect_or_trafilatura() -> None:
    code = (
        "import sys; from flows.cli import cli\n"
        "for words in (['--help'], ['query', '--help'], ['status', '--help']):\n"
        "    cli.main(words, standalone_mode=False)\n"
        "print([name for name in ('prefect', 'trafilatura') if name in sys.modules], file=sys.stderr)"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert ended.stderr.strip() == "[]"


def test_no_file_names_a_registry_or_a_machine_path() -> None:
    listed = subprocess.run(["git", "ls-files"], capture_output=True, text=True, cwd=ROOT, check=True).stdout
    hosts = ("py" + "pi.org", "python" + "hosted.org", "npm" + "js.org")
    for name in listed.splitlines():
        content = (ROOT / name).read_bytes()
        assert not any(host.encode() in content for host in hosts), name
        assert b"/wor" + b"k/" not in content, name


def test_each_of_the_58_behaviours_names_its_tests_and_they_exist() -> None:
    page = (ROOT / "docs" / "behaviours.md").read_text(encoding="utf-8")
    rows = {row[1]: row[2] for row in re.finditer(r"^\| ([A-G]\d+) \|(.*)\|$", page, re.MULTILINE)}
    chapters = {"A": 12, "B": 21, "C": 30, "D": 39, "E": 46, "F": 53, "G": 58}  # the last number of each
    wanted = [
        f"{next(letter for letter, last in chapters.items() if number <= last)}{number}" for number in range(1, 59)
    ]
    assert list(rows) == wanted
    for behaviour, row in rows.items():
        named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", row)
        assert named, behaviour
        for path, name in named:
            assert f"def {name}(" in (ROOT / path).read_text(encoding="utf-8"), f"{behaviour}: {path}::{name}"
        assert any(name.startswith(f"test_{behaviour.lower()}_") for _, name in named), behaviour
