"""Format numbers, durations and sizes for people."""

import re

SECONDS_PER_MINUTE = 60
SECONDS_PER_HOUR = 3600
WORD_JOINER = "\u2060"


def format_count(number: float) -> str:
    """Format with three significant digits and k, M or G: 235 k, 1.2 M."""
    for limit, divisor, unit in ((1e3, 1, ""), (1e6, 1e3, " k"), (1e9, 1e6, " M")):
        if number < limit * 0.9995:
            return f"{number / divisor:.3g}{unit}"
    return f"{number / 1e9:.4g} G"


def format_bytes(num_bytes: float) -> str:
    """Format as megabytes or gigabytes: 803 MB, 1.5 GB."""
    return f"{num_bytes / 1e9:.1f} GB" if num_bytes >= 1e9 else f"{num_bytes / 1e6:.0f} MB"


def format_duration(seconds: float) -> str:
    """Format with as much precision as matters: 12 s, 3 min, 1 h 5 min, 30 h."""
    rounded = round(seconds)
    if rounded < 1:
        return "under 1 s"
    if rounded < 2 * SECONDS_PER_MINUTE:
        return f"{rounded} s"
    if rounded < SECONDS_PER_HOUR:
        return f"{round(rounded / SECONDS_PER_MINUTE)} min"
    hours, minutes = divmod(round(rounded / SECONDS_PER_MINUTE), 60)
    return f"{hours} h {minutes} min" if hours < 10 else f"{round(rounded / SECONDS_PER_HOUR)} h"


def format_seconds(seconds: float) -> str:
    """Format as a duration, with a decimal below 10 s: 0.4 s."""
    return f"{seconds:.1f} s" if seconds < 10 else format_duration(seconds)


def format_latency(milliseconds: float) -> str:
    """Format the time of one prediction: 0.6 ms, 12 ms, 1.2 s."""
    if milliseconds >= 1000:
        return f"{milliseconds / 1000:.1f} s"
    return f"{milliseconds:.1f} ms" if milliseconds < 10 else f"{milliseconds:.0f} ms"


def format_percent(fraction: float) -> str:
    """Format a fraction as a percentage with one decimal: 91.4%."""
    return f"{fraction:.1%}"


def format_probability(probability: float) -> str:
    """Format the probability of a class without decimals: 91%, <1%, and 0% only for exactly 0."""
    text = f"{probability:.0%}"
    return "<1%" if text == "0%" and probability > 0 else text


def pluralize(number: int, noun: str) -> str:
    """Format a number with its noun: 1 run, 2 runs."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def escape_markdown(text: str) -> str:
    """Escape Markdown's special characters in text that a user entered.

    An address does not become a link: what looks like one is broken by a word joiner, which is not
    seen. Escaped or not, Streamlit 1.67 would turn it into one.
    """
    unlinked = re.sub(r"(?i)(?=://|@)|(?<=www)(?=\.)", WORD_JOINER, text)
    return re.sub(r"([\\`*_{}\[\]()#+\-.!:$<>|~])", r"\\\1", unlinked)
