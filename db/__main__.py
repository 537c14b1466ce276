"""`python -m db ...`: backups and exports without the browser."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from db import backup, exchange, importing, lines
from db.errors import ExchangeError, NotFoundError
from db.faults import told
from db.location import VARIABLE, database_url, shown
from db.opening import open_store
from segmentation.errors import WorkbenchError

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help=f"The database of saved cohorts: that of {VARIABLE}, else a file in your data folder.",
)

Out = Annotated[Path, typer.Argument(help="File to write; it must not exist yet.")]


@app.command()
def path() -> None:
    """Say where the database is."""
    typer.echo(shown(database_url()))


@app.command("backup")
def back_up(
    folder: Annotated[
        Path | None, typer.Argument(help="Where to write it; beside the database by default.")
    ] = None,
) -> None:
    """Write a backup, also while others save, and say where it is."""
    typer.echo(backup.back_up(open_store(), folder))


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="The backup to put in the database's place.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Put a backup in the database's place; what is there now is set aside."""
    found = backup.describe(file)
    typer.echo(found.sentence, err=True)
    if not yes and not typer.confirm("Put it in the place of the database?", err=True):
        raise typer.Exit(1)
    done = backup.restore(file)
    if done.set_aside:
        typer.echo(f"Set aside: {done.set_aside}", err=True)
    typer.echo(done.path)


@app.command("export")
def export(
    out: Out,
    line: Annotated[
        str, typer.Option("--line", help="Only the cohort set of this name, with its history.")
    ] = "",
) -> None:
    """Write the whole workspace, or one cohort set, as JSON."""
    store = open_store()
    if not line:
        _write(out, exchange.export_workspace(store))
        return
    found = lines.find_line(store, line)
    if found is None:
        known = ", ".join(one.name for one in lines.saved_lines(store, archived=True))
        raise NotFoundError(f"No cohort set is called {line}: choose one of {known or 'none yet'}.")
    _write(out, exchange.export_line(store, found.id))


@app.command("import")
def import_file(file: Annotated[Path, typer.Argument(help="What export wrote.")]) -> None:
    """Add what an export holds and the database lacks."""
    with told(str(file)):
        raw = file.read_bytes()
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ExchangeError(importing.NO_EXPORT) from error
    typer.echo(importing.import_text(open_store(), text).sentence)


@app.command()
def salvage(
    file: Annotated[Path, typer.Argument(help="The damaged database, which stays as it is.")],
    out: Out,
) -> None:
    """Write what can still be read of a damaged file as JSON, to be imported elsewhere."""
    text, lost = exchange.salvage(file)
    _write(out, text)
    typer.echo(f"{lost} versions or tables could not be read.", err=True)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line. What the user can fix ends in exit code 2 and one sentence."""
    try:
        code = app(arguments, prog_name="python -m db", standalone_mode=False)
    except WorkbenchError as error:
        typer.echo(str(error), err=True)
        sys.exit(2)
    except typer.exceptions.TyperException as error:
        typer.echo(error.format_message(), err=True)
        sys.exit(error.exit_code)
    sys.exit(code if isinstance(code, int) else 0)


def _write(out: Path, text: str) -> None:
    if out.exists():
        raise ExchangeError(f"{out} is there already: choose another name.")
    with told(str(out)):
        backup.write_whole(out, text)
    typer.echo(out)


if __name__ == "__main__":
    main()
