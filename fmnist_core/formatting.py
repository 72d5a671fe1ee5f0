"""Numbers and times as a person says them."""

import re

SECONDS_PER_MINUTE = 60
SECONDS_PER_HOUR = 3600


def format_count(number: float) -> str:
    """Three figures at most, with k, M or G: 235 k, 1.2 M."""
    for limit, divisor, unit in ((1e3, 1, ""), (1e6, 1e3, " k"), (1e9, 1e6, " M")):
        if number < limit * 0.9995:
            return f"{number / divisor:.3g}{unit}"
    return f"{number / 1e9:.4g} G"


def format_bytes(num_bytes: float) -> str:
    """Megabytes or gigabytes."""
    return f"{num_bytes / 1e9:.1f} GB" if num_bytes >= 1e9 else f"{num_bytes / 1e6:.0f} MB"


def format_duration(seconds: float) -> str:
    """Two units at most, and as many figures as matter: 12 s, 3 min, 1 h 5 min, 30 h."""
    whole = round(seconds)
    if whole < 1:
        return "under 1 s"
    if whole < 2 * SECONDS_PER_MINUTE:
        return f"{whole} s"
    if whole < SECONDS_PER_HOUR:
        return f"{round(whole / SECONDS_PER_MINUTE)} min"
    hours, minutes = divmod(round(whole / SECONDS_PER_MINUTE), 60)
    return f"{hours} h {minutes} min" if hours < 10 else f"{round(whole / SECONDS_PER_HOUR)} h"


def format_seconds(seconds: float) -> str:
    """A duration with a decimal where it is short: 0.4 s."""
    return f"{seconds:.1f} s" if seconds < 10 else format_duration(seconds)


def format_latency(milliseconds: float) -> str:
    """Of one answer: 0.6 ms, 12 ms, 1.2 s."""
    if milliseconds >= 1000:
        return f"{milliseconds / 1000:.1f} s"
    return f"{milliseconds:.1f} ms" if milliseconds < 10 else f"{milliseconds:.0f} ms"


def format_percent(share: float) -> str:
    """One decimal: 91.4%."""
    return f"{share:.1%}"


def pluralize(number: int, noun: str) -> str:
    """1 run, 2 runs."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def format_setting(setting: object) -> str:
    """A recipe's value in a sentence."""
    if setting is None or setting == "":
        return "empty"
    return f"{setting:g}" if isinstance(setting, float) else str(setting)


def escape_markdown(text: str) -> str:
    """A name that somebody gave, with Markdown's own characters shown as they are."""
    return re.sub(r"([\\`*_{}\[\]()#+\-.!:$<>|~])", r"\\\1", text)
