"""`sinoscope config`: check it, show it with the origin of every value, write its JSON Schemas."""

import json
from pathlib import Path
from typing import Any

import click

from flows.cli import home_of
from flows.cli.output import emit_json, print_table


@click.group()
def config() -> None:
    """Check and show the configuration, write its JSON Schemas."""


@config.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.pass_context
def check(ctx: click.Context, as_json: bool) -> int:
    """Every mistake in config/ with file, line and remedy; exit 3 when there is one."""
    from flows.checking import mistakes_in

    mistakes, warnings = mistakes_in(home_of(ctx).root)
    if as_json:
        emit_json({"schema": 1, "mistakes": mistakes, "warnings": warnings})
    else:
        for line in [*mistakes, *(f"{warning} (warning)" for warning in warnings)]:
            click.echo(line)
        click.echo(
            f"mistakes: {len(mistakes)}, warnings: {len(warnings)}" if mistakes or warnings else "config/ is valid"
        )
    return 3 if mistakes else 0


@config.command()
@click.option("--origin", is_flag=True, help="Say where each value comes from.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.pass_context
def show(ctx: click.Context, origin: bool, as_json: bool) -> None:
    """The settings in force."""
    from flows.settings import load_config

    loaded = load_config(home_of(ctx).root)
    values = flat(loaded.settings.model_dump(mode="json"))
    if as_json:
        emit_json({"schema": 1, "settings": values, "origins": dict(loaded.origins)})
        return
    rows = [
        [name, json.dumps(value, ensure_ascii=False), *([loaded.origins[name]] if origin else [])]
        for name, value in values.items()
    ]
    print_table(["setting", "value", *(["origin"] if origin else [])], rows)


def flat(settings: dict[str, Any]) -> dict[str, Any]:
    """network.feed_seconds and so on."""
    values: dict[str, Any] = {}
    for group, value in settings.items():
        if isinstance(value, dict):
            values |= {f"{group}.{name}": each for name, each in value.items()}
        else:
            values[group] = value
    return values


@config.command()
@click.option("--out", type=click.Path(path_type=Path), help="Folder to write to; else config/schema of the home.")
@click.pass_context
def schema(ctx: click.Context, out: Path | None) -> None:
    """Write a JSON Schema per file, for editors."""
    from flows.checking import schemas

    folder = out or home_of(ctx).config / "schema"
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in schemas().items():
        (folder / f"{name}.schema.json").write_text(
            json.dumps(text, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
        )
    click.echo(f"Wrote {len(schemas())} schemas to {folder}")
