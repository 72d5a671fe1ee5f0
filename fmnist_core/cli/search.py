"""`search …`: look for better settings, and list, show, stop and resume searches."""

import sys
import time
from argparse import ArgumentParser, Namespace

from fmnist_core.cli import shared_arguments
from fmnist_core.cli.command import Command, CommandResult, format_table
from fmnist_core.cli.train import require_data
from fmnist_core.formatting import format_duration
from fmnist_core.runs import initial_weights
from fmnist_core.search import searches
from fmnist_core.search.dimensions import SEARCHABLE, parse_dimension
from fmnist_core.search.searches import Search, SearchSpec

POLL_SECONDS = 1.0


def start_arguments(parser: ArgumentParser) -> None:
    shared_arguments.add_recipe(parser)
    shared_arguments.add_runs_folder(parser)
    parser.add_argument(
        "--field",
        action="append",
        required=True,
        dest="fields",
        metavar="FIELD[=VALUES]",
        help="a field to search, such as dropout, learning_rate=0.001:0.1 or optimiser=adamw,sgd; "
        f"may be repeated; one of {', '.join(SEARCHABLE)}",
    )
    parser.add_argument(
        "--minutes",
        type=float,
        default=5.0,
        metavar="N",
        help="time of all trials together, with their starts (default: 5)",
    )
    parser.add_argument(
        "--sampler",
        choices=("tpe", "random"),
        default="tpe",
        help="how values are chosen: by Optuna's tree-structured Parzen estimator (default), or at "
        "random",
    )
    parser.add_argument(
        "--no-pruning", action="store_true", help="train every trial to its end, however bad"
    )
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="seed of the sampler")
    parser.add_argument("--name", default="", help="the name of the search (default: its recipe's)")
    parser.add_argument("--by", default="", metavar="NAME", help="the student who starts it")
    parser.add_argument("--detach", action="store_true", help="start it and return at once")


def start(arguments: Namespace) -> CommandResult:
    """Start a search and wait for its end; raises `LabError`."""
    recipe, folder = shared_arguments.get_recipe(arguments), shared_arguments.runs_folder(arguments)
    require_data(recipe)
    initial_weights.require_available(recipe, folder)
    spec = SearchSpec(
        recipe=recipe,
        preset=arguments.recipe,
        dimensions=tuple(parse_dimension(text, recipe) for text in arguments.fields),
        minutes=arguments.minutes,
        name=arguments.name,
        by=arguments.by,
        sampler=arguments.sampler,
        prunes=not arguments.no_pruning,
        seed=arguments.seed,
    )
    search = searches.start_search(spec, folder=folder)
    if arguments.detach:
        return CommandResult(facts=search_facts(search), lines=[f"{search.id} has started."])
    follow(search)
    return _result(search)


def follow(search: Search) -> None:
    """Print each new best trial until the search ends; Ctrl-C stops it."""
    shown = -1
    try:
        while search.state().is_active:
            best = search.progress().best
            if best and best.number != shown:
                shown = best.number
                values = ", ".join(f"{field} {value}" for field, value in best.values.items())
                print(
                    f"trial {best.number + 1} is the best so far, {best.accuracy:.2%}: {values}",
                    file=sys.stderr,
                )
            time.sleep(POLL_SECONDS)
    except KeyboardInterrupt:
        searches.stop_search(search)
        raise


def _result(search: Search) -> CommandResult:
    spec, progress = search.spec(), search.progress()
    fields = [one.field for one in spec.dimensions]
    rows = [
        (
            trial.number + 1,
            f"{trial.accuracy:.2%}" if trial.accuracy is not None else "",
            *(trial.values.get(field, "") for field in fields),
            trial.state,
            trial.epochs,
            trial.run,
        )
        for trial in progress.ranked
    ]
    state = search.state()
    lines = [
        f"{search.id}: {spec.name}, {state}, {format_duration(progress.seconds)} of "
        f"{format_duration(60 * spec.minutes)}",
        *format_table(
            rows, header=("TRIAL", "VALIDATION ACCURACY", *fields, "STATE", "EPOCHS", "RUN")
        ),
    ]
    for field, importance in progress.importances.items():
        lines.append(f"{field} explains {importance:.0%} of the variation")
    return CommandResult(facts=search_facts(search), lines=lines, failure=progress.reason or None)


def search_facts(search: Search) -> dict[str, object]:
    """Everything that is known about a search; raises `RunError` if it is damaged."""
    return {
        "search": search.id,
        "state": search.state(),
        **search.spec().model_dump(mode="json"),
        **search.progress().model_dump(mode="json"),
    }


def list_searches(arguments: Namespace) -> CommandResult:
    """List searches, the newest first."""
    found = searches.list_searches(shared_arguments.runs_folder(arguments))
    rows = []
    for search in found:
        state = search.state()
        is_damaged = state is searches.SearchState.DAMAGED
        best = None if is_damaged else search.progress().best
        rows.append(
            (
                search.id,
                state,
                "" if is_damaged else search.spec().name,
                f"{best.accuracy:.2%}" if best and best.accuracy is not None else "",
            )
        )
    header = ("SEARCH", "STATE", "NAME", "BEST VALIDATION ACCURACY")
    lines = format_table(rows, header=header) if rows else ["No searches yet."]
    facts = [dict(zip(("search", "state", "name", "best"), row, strict=True)) for row in rows]
    return CommandResult(facts={"searches": facts}, lines=lines)


def search_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("search", metavar="SEARCH", help="the id of a search")
    shared_arguments.add_runs_folder(parser)


def get_search(arguments: Namespace) -> Search:
    """The named search; raises `RunError`."""
    return searches.get_search(arguments.search, shared_arguments.runs_folder(arguments))


def show(arguments: Namespace) -> CommandResult:
    """Show the trials of a search, the most accurate first; raises `RunError`."""
    return _result(get_search(arguments))


def stop(arguments: Namespace) -> CommandResult:
    """Stop a search; raises `RunError`."""
    search = get_search(arguments)
    searches.stop_search(search)
    return CommandResult(facts=search_facts(search), lines=[f"{search.id} is stopping."])


def resume(arguments: Namespace) -> CommandResult:
    """Go on with a search and wait for its end; raises `RunError`."""
    search = get_search(arguments)
    searches.resume_search(search)
    follow(search)
    return _result(search)


COMMANDS = (
    Command(
        name="search start",
        help="try values of some fields of a recipe until the time is used up",
        run=start,
        arguments=start_arguments,
    ),
    Command(
        name="search list",
        help="list searches, the newest first",
        run=list_searches,
        arguments=shared_arguments.add_runs_folder,
    ),
    Command(
        name="search show",
        help="show the trials of a search",
        run=show,
        arguments=search_arguments,
    ),
    Command(name="search stop", help="stop a search", run=stop, arguments=search_arguments),
    Command(
        name="search resume",
        help="go on with a search that was stopped or interrupted",
        run=resume,
        arguments=search_arguments,
    ),
)
