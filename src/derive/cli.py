"""The command line: python -m derive [NAME | FILE | FILE::CLAIM ...], and `-c FORMULA` for one line of mathematics.

Exit 0: every outcome is as its page expects. 1: something is not. 2: usage, a page that does not load, or an internal error.
"""

from __future__ import annotations

import math
import os
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from derive import catalogue
from derive.errors import DeriveError, PageError
from derive.select import keyword
from derive.version import __version__

if TYPE_CHECKING:
    from derive.cache import Cache
    from derive.jobs import Pool
    from derive.reports import Report
    from derive.rerun import Rerun
    from derive.statement.claim import Claim, Erratum

GOOD = ("verified", "expected")  # the results that are as a page expects


@dataclass(frozen=True)
class Selection:
    """The files that were asked for, which claims of each (none named: all), and what could not even be parsed."""

    claims: dict[Path, tuple[str, ...]]
    errors: list[DeriveError]
    matches: Callable[[str], bool] = lambda name: True

    def wants(self, item: Claim | Erratum) -> bool:
        page, _, name = item.id.partition(".")
        named = next((names for file, names in self.claims.items() if file.stem == page), ())
        # A reading that an erratum states in place goes with it.
        chosen = not named or name in named or name.partition(".")[0] in named
        return chosen and self.matches(item.id)

    def named(self) -> list[str]:
        """The ids of the claims that were asked for one by one."""
        return [f"{file.stem}.{name}" for file, names in self.claims.items() for name in names]


def select(targets: Sequence[str], matches: Callable[[str], bool] | None = None) -> Selection:
    """The files and claims that the targets name; raises DeriveError for a name that nothing has."""
    claims: dict[Path, tuple[str, ...]] = {}
    errors: list[DeriveError] = []
    for place in targets or [str(catalogue.folder())]:
        if Path(place).is_dir():
            for found in catalogue.list_pages([place]):
                if isinstance(found, PageError):
                    errors.append(found)
                else:
                    claims[Path(found.file).resolve()] = ()
            continue
        name, _, claim = place.partition("::")
        file = catalogue.find(name).resolve()
        try:
            known = [item.name for item in catalogue.outline(file).items]
        except PageError as error:
            errors.append(error)
            continue
        if claim and claim not in known:
            raise DeriveError(f"{name} states no {claim}{catalogue.nearest(claim, known)}")
        # A page named as a whole stays whole, whatever else is named of it.
        claims[file] = (*claims.get(file, ()), claim) if claim and claims.get(file, (claim,)) else ()
    return Selection(claims, errors, matches or (lambda name: True))


def verify(
    selection: Selection, *, jobs: int, seed: int, timeout: float, cache: Cache | None = None, isolated: bool = False, scheduler: str = ""
) -> Report:
    """Load, decide and witness all that is selected, but for what is in the cache."""
    from derive.check import check_pages, items_of, make_ready
    from derive.memory import Memory
    from derive.pages import load_all
    from derive.progress import progress
    from derive.reports import Report
    from derive.statement.claim import Page

    files = catalogue.with_cited(list(selection.claims))
    _refuse_twins(files)
    with open_pool(jobs, scheduler) as pool:
        with progress("loading"):
            # While pages run, the workers load what they will need; where all pages are in the cache, none may be needed.
            found = load_all(files, forks=jobs, cache=cache, isolated=isolated, running=partial(pool.prepare, make_ready))
            loaded = dict(zip(files, found, strict=True))
        wanted = [loaded[file] for file in selection.claims]
        pages = [p for p in wanted if isinstance(p, Page)]
        errors = [*selection.errors, *(p for p in wanted if isinstance(p, PageError))]
        errors += [PageError("the page states no claim; write name = claim(...)", file=p.file, line=1) for p in pages if not items_of(p)]
        library = [p for p in loaded.values() if isinstance(p, Page) and p not in pages]
        if not errors and not any(selection.wants(item) for page in pages for item in items_of(page)):
            raise DeriveError("no claim is selected: the pages state none, or -k matches none")
        with progress("deciding") as watch:
            memory = Memory(cache) if cache else None
            checked = check_pages(
                pages, library, pool=pool, seed=seed, timeout=timeout, wanted=selection.wants, report=watch, memory=memory, repair=True
            )
    return Report(pages, checked.outcomes, [*errors, *checked.errors], settled=checked.settled and not errors and not checked.errors)


def verify_formula(
    text: str, given: Sequence[str], *, jobs: int, seed: int, timeout: float, cache: Cache | None = None, scheduler: str = ""
) -> Report:
    """Decide and witness one formula that stands on the command line, where its answer is not in the cache."""
    from derive.check import check_pages
    from derive.formula.meaning import read_formula
    from derive.memory import Memory
    from derive.progress import progress
    from derive.reports import Report

    page = read_formula(text, given)
    with open_pool(jobs, scheduler) as pool, progress("deciding") as watch:
        memory = Memory(cache) if cache else None
        checked = check_pages([page], pool=pool, seed=seed, timeout=timeout, report=watch, memory=memory, repair=True)
    return Report([page], checked.outcomes, checked.errors, settled=checked.settled and not checked.errors)


def open_pool(jobs: int, scheduler: str) -> Pool:
    """Worker processes here, or those of a scheduler."""
    if scheduler:
        from derive.cluster import Cluster

        return Cluster(scheduler)
    from derive.jobs import Pool

    return Pool(jobs)


def _refuse_twins(files: Sequence[Path]) -> None:
    """Ids begin with the name of the page, so no two pages of one run share it."""
    known: dict[str, Path] = {}
    for file in files:
        if known.setdefault(file.stem, file) != file:
            both = f"{catalogue.show_path(known[file.stem])} and {catalogue.show_path(file)}"
            raise DeriveError(f"two pages have the name {file.stem}: {both}; rename one, or run them one after the other")


def print_list(selection: Selection) -> int:
    """Every selected page with its title and its claims, from syntax alone."""
    for file, names in selection.claims.items():
        page = catalogue.outline(file)
        click.echo(f"{page.name}: {page.title}")
        for item in page.items:
            if (not names or item.name in names) and selection.matches(f"{page.name}.{item.name}"):
                click.echo(f"  {page.file}:{item.line}: {item.name}{' (erratum)' if item.kind == 'erratum' else ''}")
    print_errors(selection.errors)
    return 2 if selection.errors else 0


def findings(report: Report) -> Iterator[str]:
    """What is wrong, one line each: path:line: error: claim: message; and what would mend it, as notes."""
    from derive.export.terminal import repaired

    for outcome in report.outcomes:
        place = f"{outcome.item.file}:{outcome.item.line}"
        for message in outcome.messages:
            yield f"{place}: error: {outcome.item.id}: {message}"
        for repair in outcome.repairs:
            yield f"{place}: note: {outcome.item.id}: repair, PROVED: {repaired(repair)}"
    yield from map(error_line, report.errors)


def exit_code(report: Report, *, strict: bool) -> int:
    """0 where everything is as the pages expect, 1 where something is not, 2 where something did not load."""
    if report.errors:
        return 2
    declared = any(o.verdict is not None and o.verdict.name in ("UNKNOWN", "ADMITTED") for o in report.outcomes)
    return 1 if any(o.result not in GOOD for o in report.outcomes) or (strict and declared) else 0


def finite(seconds: float) -> float:
    """A time limit; one that is infinite, or no number, would be none."""
    if not math.isfinite(seconds):
        raise click.BadParameter(f"{seconds} is no number of seconds")
    return seconds


def error_line(error: DeriveError) -> str:
    place = f"{error.file}:{error.line or 1}: " if error.file else ""
    return f"{place}error: {error.message}"


def print_errors(errors: Iterable[DeriveError]) -> None:
    for error in errors:
        click.echo(error_line(error), err=True)


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("targets", nargs=-1, metavar="[NAME | FILE | FILE::CLAIM]...")
@click.option("-c", "formula", metavar="FORMULA", default=None, help="Decide one line, such as 'diff(x**2, x) == 2*x'; names no page.")
@click.option("--given", metavar="HYPOTHESIS", multiple=True, help="With -c: 'x > 0', 'positive(p)', 'index(i, n)'; once or more.")
@click.option("--list", "list_", is_flag=True, help="List pages and their claims; runs nothing.")
@click.option("--latex", is_flag=True, help="Print a LaTeX document.")
@click.option("--html", is_flag=True, help="Print an HTML page.")
@click.option("--json", "json_", is_flag=True, help="Print a report for programs.")
@click.option("--markdown", is_flag=True, help="Print the status table; in a folder also errata.md and coverage.md.")
@click.option(
    "--output-format", type=click.Choice(["text", "json", "junit", "github"]), default="text",
    help="A table, the report for programs, JUnit XML, or a table with annotations for GitHub.",
)  # fmt: skip
@click.option("--code", type=click.Choice(["numpy", "jax", "torch"]), help="Print the proved gradients as functions, with their tests.")
@click.option("-o", "--output", metavar="PATH", default="", help="Write to this file; to a folder, page by page, where PATH ends in /.")
@click.option("--plots", is_flag=True, help="Draw plots for the LaTeX and HTML documents in a folder.")
@click.option("-k", "keywords", metavar="EXPR", default="", help="Only claims whose id matches: words with and, or, not, brackets.")
@click.option("-j", "--jobs", metavar="N", type=click.IntRange(1), help="Worker processes; one per core unless said.")
@click.option("--scheduler", metavar="ADDRESS", default="", help="Decide on the workers of this dask.distributed scheduler.")
@click.option("--seed", metavar="S", type=int, default=0, help="Seed of further points for the witness; 0 adds none.")
@click.option(
    "--timeout", metavar="SECONDS", type=click.FloatRange(0, min_open=True), default=60.0, callback=lambda *given: finite(given[2]),
    help="What one claim may take; 60.",
)  # fmt: skip
@click.option("--no-cache", is_flag=True, help="Run, decide and witness everything anew.")
@click.option("--isolated", is_flag=True, help="Run pages without network or other processes; not at all where that cannot be.")
@click.option("--strict", is_flag=True, help="Exit 1 for what a page declares UNKNOWN or ADMITTED, too.")
@click.option("--explain", is_flag=True, help="Print how each verdict came about.")
@click.option("--trust", is_flag=True, help="Print what each verdict rests on, a line per claim.")
@click.version_option(__version__, prog_name="derive", message="%(prog)s %(version)s")
def command(
    targets: tuple[str, ...],
    formula: str | None,
    given: tuple[str, ...],
    list_: bool,
    latex: bool,
    html: bool,
    json_: bool,
    markdown: bool,
    output_format: str,
    code: str | None,
    output: str,
    plots: bool,
    keywords: str,
    jobs: int | None,
    scheduler: str,
    seed: int,
    timeout: float,
    no_cache: bool,
    isolated: bool,
    strict: bool,
    explain: bool,
    trust: bool,
) -> int:
    """Prove every claim of the named derivations, refute it at an exact point, or leave it open; of all of them where none is named.

    `derive new NAME` starts a page.
    """
    run: Rerun | None = click.get_current_context().obj
    asked = {
        "latex": latex,
        "html": html,
        "markdown": markdown,
        "junit": output_format == "junit",
        "json": json_ or output_format == "json",
        "code": code is not None,
    }
    formats = [name for name, is_wanted in asked.items() if is_wanted]
    _refuse_useless(formats, output, printed=list_ or explain or trust or output_format == "github", plots=plots)
    if targets[:1] == ("new",):
        return start(targets[1:])
    if formula is not None:
        if targets or keywords or list_:
            raise click.UsageError("-c decides its own line: it goes with no page, no -k and no --list")
        cache = run.cache if run else None
        most = min(2, jobs or _cores())
        report = verify_formula(formula, given, jobs=most, seed=seed, timeout=timeout, cache=cache, scheduler=scheduler)
    else:
        if given:
            raise click.UsageError("--given goes with -c; a page states its hypotheses itself")
        selection = select(targets, keyword(keywords) if keywords else None)
        if list_:
            if run and not selection.errors:
                run.settle()
            return print_list(selection)
        if "html" in formats and not _is_folder(output) and len(selection.claims) > 1:
            raise click.UsageError("several pages of HTML go to a folder: -o PATH/")
        cache = run.cache if run else None
        most = jobs or _cores()
        report = verify(selection, jobs=most, seed=seed, timeout=timeout, cache=cache, isolated=isolated, scheduler=scheduler)
    document_on_stdout = bool(formats) and not output
    written: list[Path] = []
    if code is not None:
        write_code(report, [] if formula is not None else selection.named(), code, output)
    elif formats:
        from derive import reports

        if output:
            written = reports.write(report, formats, output, draws=plots, jobs=jobs or _cores())
        else:
            click.echo(reports.render(report, formats[0]), nl=False)
    # A run that draws plots also removes old ones, and one that writes code says itself where: these are not repeated.
    if run and report.settled and not plots and code is None:
        run.settle(written)
    if not document_on_stdout:
        from derive.export import terminal
        from derive.export.annotations import annotate
        from derive.export.explanation import explanation
        from derive.export.trust import trust_list

        show = trust_list if trust else explanation if explain else terminal.table
        if formula is not None and show is terminal.table:
            click.echo(f"{terminal.statement(report.pages[0].claims[0])}\n")
        click.echo(show(report.outcomes))
        if output_format == "github":
            click.echo("\n".join(annotate(report.outcomes, report.errors)))
            return exit_code(report, strict=strict)
    for line in findings(report):
        click.echo(line, err=document_on_stdout or trust)
    return exit_code(report, strict=strict)


def write_code(report: Report, named: Sequence[str], library: str, output: str) -> None:
    """The gradients among the outcomes as a Python file."""
    from derive.code import code_of
    from derive.files import write_whole

    text, left_out = code_of(report.outcomes, report.pages, named, library)
    if output:
        write_whole(Path(output), text)
    else:
        click.echo(text, nl=False)
    for line in left_out:
        click.echo(f"left out: {line}", err=True)


def start(names: Sequence[str]) -> int:
    """`derive new NAME`: write a page that verifies as it stands, and say what to do next."""
    from derive.start import start_page

    if len(names) != 1:
        raise click.UsageError("write derive new NAME, with one name for the new page")
    path = start_page(names[0])
    click.echo(f"{path} is a page that verifies; edit it, then run: python -m derive {path}")
    return 0


def _refuse_useless(formats: Sequence[str], output: str, *, printed: bool, plots: bool) -> None:
    """Combinations of options that cannot mean anything."""
    if output and not formats:
        raise click.UsageError("-o wants a format: --latex, --html, --markdown, --json, --code or --output-format junit")
    if "code" in formats and (len(formats) > 1 or _is_folder(output)):
        raise click.UsageError("--code writes one file and no other format beside it: -o FILE.py")
    if len(formats) > 1 and not _is_folder(output):
        raise click.UsageError("several formats go to a folder: -o PATH/")
    if plots and not (_is_folder(output) and {"latex", "html"} & set(formats)):
        raise click.UsageError("--plots wants --latex or --html and a folder: -o PATH/")
    if formats and printed:
        raise click.UsageError("--list, --explain, --trust and --output-format github print text; leave the other format out")


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _is_folder(output: str) -> bool:
    return output.endswith("/") or (bool(output) and Path(output).is_dir())


def _run(arguments: list[str]) -> int:
    """The exit code of the command; where it was given before and nothing has changed since, it is only repeated."""
    cache = None
    if not {"--no-cache", "--version", "--help"} & set(arguments):
        from derive.cache import open_cache

        cache = open_cache()
    if cache is None:
        return int(command.main(arguments, standalone_mode=False) or 0)
    from derive.rerun import Rerun

    run = Rerun(arguments, cache)
    code = run.repeat()
    if code is None:
        with run.listening() as streams:
            code = int(command.main(arguments, standalone_mode=False, obj=run) or 0)
        run.keep(code, *streams)
    return code


def advice(error: OSError) -> str:
    """What to do where a report cannot be written."""
    if isinstance(error, PermissionError):
        return "; write elsewhere with -o PATH"
    if isinstance(error, FileNotFoundError) and error.filename and not (folder := Path(error.filename).parent).is_dir():
        return f"; there is no folder {folder}, make it first, or write a folder's name with / at its end"
    return ""


def main() -> None:
    """Run the command and end the process with its exit code."""
    try:
        code = _run(sys.argv[1:])
    except click.ClickException as error:
        error.show()
        code = 2
    except DeriveError as error:
        print_errors([error])
        code = 2
    except (KeyboardInterrupt, click.Abort):
        click.echo("interrupted", err=True)
        code = 130
    except BrokenPipeError:
        # The reader, such as `head`, has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except OSError as error:
        click.echo(f"error: {error.filename or 'output'}: {error.strerror}{advice(error)}", err=True)
        code = 2
    except Exception:
        traceback.print_exc()
        click.echo("error: this is a bug of derive, not of the page", err=True)
        code = 2
    sys.exit(code)
