"""`settings`: the settings of this laboratory, in the format of their file."""

import json
from argparse import Namespace
from collections.abc import Iterator

from fmnist_core.cli.command import Command, CommandResult
from fmnist_core.settings import Settings, get_settings, settings_file


def show_settings(_: Namespace) -> CommandResult:
    """Show every setting, with its meaning; raises `SettingsError`."""
    settings, file = get_settings(), settings_file()
    source = f"As set in {file}." if file.exists() else f"The defaults: there is no {file}."
    facts = {"file": str(file), "settings": settings.model_dump()}
    return CommandResult(facts=facts, lines=[f"# {source}", *_toml_lines(settings)])


def _toml_lines(settings: Settings) -> Iterator[str]:
    """The settings as TOML, each below what it means."""
    for section, values in settings:
        yield from ("", f"[{section}]")
        for name, value in values:
            yield f"# {type(values).model_fields[name].description}"
            # Numbers, booleans, texts and lists of texts look the same in JSON and in TOML.
            yield f"{name} = {json.dumps(value)}"


COMMANDS = (
    Command(
        name="settings",
        help="print the settings of this lab; save the output as lab.toml to change them",
        run=show_settings,
    ),
)
