"""`data fetch` and `data status`: get and check Fashion-MNIST."""

import os
import time
from argparse import ArgumentParser, Namespace

from fmnist_core.cli.command import Command, CommandResult
from fmnist_core.data import datasets, download, sources
from fmnist_core.errors import DataError


def fetch_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--drawn",
        action="store_true",
        help="generate synthetic garments, which need no network",
    )


def fetch(arguments: Namespace) -> CommandResult:
    """Download and verify Fashion-MNIST if necessary; raises `DataError`."""
    if arguments.drawn:
        start = time.perf_counter()
        images, _ = datasets.load_arrays("drawn")
        seconds = time.perf_counter() - start
        return CommandResult(
            facts={"source": "drawn", "images": len(images), "seconds": seconds},
            lines=[f"{len(images):,} synthetic garments are ready ({seconds:.1f} s)."],
        )
    source = sources.available_source()
    try:
        return _verified(source)
    except DataError:
        if os.environ.get(sources.DATA_DIR_VARIABLE):
            raise
    download.download_fashion_mnist()
    return _verified(None)


def _verified(source: sources.Source | None) -> CommandResult:
    """Load, verify and cache the data set; raises `DataError`."""
    start = time.perf_counter()
    images, _ = sources.load_images()
    seconds = time.perf_counter() - start
    key, title = (source.key, source.title) if source else ("mirror", "Zalando's mirror")
    return CommandResult(
        facts={"source": key, "images": len(images), "seconds": seconds},
        lines=[
            f"Fashion-MNIST is available from {title}: {len(images):,} images, verified in "
            f"{seconds:.2f} s."
        ],
    )


def status(arguments: Namespace) -> CommandResult:
    """List the sources, and verify the one in use by loading it."""
    del arguments
    local = sources.local_sources()
    source_in_use = sources.available_source()
    listed = [
        {
            "key": source.key,
            "title": source.title,
            "folder": str(source.folder),
            "present": source.exists,
        }
        for source in local
    ]
    lines = [
        f"{'found  ' if source.exists else 'missing'}  {source.title} ({source.folder})"
        for source in local
    ]
    try:
        verified = _verified(source_in_use)
    except DataError as error:
        return CommandResult(
            facts={"source": None, "sources": listed}, lines=lines, failure=str(error)
        )
    return CommandResult(
        facts={**verified.facts, "sources": listed}, lines=[*lines, *verified.lines]
    )


COMMANDS = (
    Command(
        name="data fetch",
        help="download and verify Fashion-MNIST",
        run=fetch,
        arguments=fetch_arguments,
    ),
    Command(
        name="data status",
        help="show the data sources and verify the one in use",
        run=status,
    ),
)
