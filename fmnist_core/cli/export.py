"""`export`: write a finished run as an ONNX model."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from fmnist_core.cli import shared_arguments
from fmnist_core.cli.command import Command, CommandResult


def export_arguments(parser: ArgumentParser) -> None:
    shared_arguments.add_run(parser)
    parser.add_argument("--format", choices=("onnx",), default="onnx", help="the file format")
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help="the zip file to write (default: RUN.onnx.zip)"
    )


def export(arguments: Namespace) -> CommandResult:
    """Export the run; raises `RunError`, `DataError` or `OSError`."""
    run = shared_arguments.get_run(arguments)

    from fmnist_core.runs import onnx_export

    result = onnx_export.export_run(run, arguments.out or Path(f"{run.id}.onnx.zip"))
    check = result.check
    return CommandResult(
        facts={
            "run": run.id,
            "file": str(result.path.absolute()),
            "bytes": result.num_bytes,
            "images_checked": check.num_images,
            "largest_difference": check.largest_difference,
            "ties": check.num_ties,
        },
        lines=[
            f"{result.path}: {result.num_bytes / 1e6:.1f} MB; on {check.num_images:,} test images "
            f"ONNX Runtime differs from PyTorch by at most {check.largest_difference:.2g}, and "
            f"{check.class_agreement}."
        ],
    )


COMMANDS = (
    Command(
        name="export",
        help="export a finished run as an ONNX model with a model card",
        run=export,
        arguments=export_arguments,
    ),
)
