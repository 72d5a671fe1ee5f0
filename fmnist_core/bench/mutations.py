"""Damage valid files in the ways that make readers fail: bytes, JSON values, and files in archives.

Pure functions of a random generator, so that an input can be made again from its seed.
"""

import io
import json
import random
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

Mutate = Callable[[Sequence[bytes], random.Random], bytes]
"""Makes an input from valid files and a random generator."""
JSON_VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 9, 10, 2**31, 2**63, 2**64, -(2**63), 10**30, 0.0, -0.0, 1e-320,
    1e308, float("nan"), float("inf"), float("-inf"), "", "0", "-1", "1e999", "nan", "cnn", "mlp",
    "run:..", "last 9999", "cuda:99999", "\0", "\ud800", "\u202e", "a" * 5000, "![x](//x.y/z)",
    "2026-01-01T00:00:00+99:99", "9999-12-31T23:59:59-23:59", [], {}, [[]], [None] * 10, [1] * 1000,
    [[1] * 10] * 10, {"": 0}, {"type": "epoch"},
)  # fmt: skip
"""Values at the edges of what a reader expects."""
TOKENS = (
    b"NaN", b"Infinity", b"-1", b"1e999", b"null", b"[", b"]", b"{", b"}", b'"', b"\\", b"\n",
    b"\0", b"\xff" * 4, b"\x00" * 4, b"\xed\xa0\x80", b"\xff\xff\xff\x7f", b"9" * 400,
    b"[" * 400, b'"type":"step"', b"PK\x05\x06", b"PK\x06\x06", b"../", b"\xff\xda", b"\xff\xd8",
    b"ftyp",
)  # fmt: skip
"""Parts of the formats, and of what breaks their readers."""
MAX_EDITS = 6
MAX_RANDOM_BYTES = 200
RANDOM_SHARE = 0.05
"""Inputs that are nothing but random bytes."""


def mutate_bytes(seeds: Sequence[bytes], rng: random.Random) -> bytes:
    """A valid file with some bytes changed, moved, inserted or removed; now and then, noise."""
    if rng.random() < RANDOM_SHARE:
        return rng.randbytes(rng.randint(0, MAX_RANDOM_BYTES))
    content = bytearray(rng.choice(seeds))
    for _ in range(rng.randint(1, MAX_EDITS)):
        start = rng.randint(0, len(content))
        end = min(len(content), start + 2 ** rng.randint(0, 8))
        match rng.randrange(7):
            case 0:
                if start < len(content):
                    content[start] ^= 1 << rng.randrange(8)
            case 1:
                if start < len(content):
                    content[start] = rng.randrange(256)
            case 2:
                del content[start:end]
            case 3:
                content[start:start] = content[start:end]
            case 4:
                content[start:start] = rng.choice(TOKENS)
            case 5:
                del content[start:]
            case 6:
                other = rng.choice(seeds)
                cut = rng.randint(0, len(other))
                content[start:end] = other[cut : cut + end - start]
    return bytes(content)


def mutate_json(seeds: Sequence[bytes], rng: random.Random) -> bytes:
    """A valid JSON file, or one JSON object per line, with some values or keys changed."""
    if rng.random() < 0.3:
        return mutate_bytes(seeds, rng)
    lines = rng.choice(seeds).splitlines() if _is_lines(seeds[0]) else [rng.choice(seeds)]
    for _ in range(rng.randint(1, MAX_EDITS)):
        index = rng.randrange(len(lines))
        try:
            value = json.loads(lines[index])
        except ValueError:
            continue
        lines[index] = json.dumps(_change(value, rng)).encode()
    if _is_lines(seeds[0]) and rng.random() < 0.3:
        rng.shuffle(lines)
    return b"\n".join(lines) + b"\n"


def _is_lines(content: bytes) -> bool:
    """Whether each line is a JSON value."""
    return content.startswith(b'{"')


def _change(value: Any, rng: random.Random) -> Any:
    """Change one value somewhere inside a JSON value, or one key."""
    if isinstance(value, dict) and value and rng.random() < 0.9:
        key = rng.choice(list(value))
        if rng.random() < 0.1:
            del value[key]
        elif rng.random() < 0.05:
            value[rng.choice(["extra", key.upper(), ""])] = value.pop(key)
        else:
            value[key] = _change(value[key], rng)
        return value
    if isinstance(value, list) and value and rng.random() < 0.7:
        index = rng.randrange(len(value))
        value[index] = _change(value[index], rng)
        return value
    return rng.choice(JSON_VALUES)


def mutate_archive(seeds: Sequence[bytes], rng: random.Random) -> bytes:
    """A zip archive whose bytes are damaged, or that holds damaged files under valid checksums."""
    if rng.random() < 0.5:
        return mutate_bytes(seeds, rng)
    with zipfile.ZipFile(io.BytesIO(rng.choice(seeds))) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    name = rng.choice(list(files))
    is_json = name.endswith((".json", ".jsonl"))
    files[name] = (mutate_json if is_json else mutate_bytes)([files[name]], rng)
    if rng.random() < 0.1:
        files[rng.choice(["../x", "/x", "C:\\x", "x.pkl", "", "a" * 300, "\0"])] = b"x"
    if rng.random() < 0.1:
        del files[rng.choice(list(files))]
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for file_name, data in files.items():
            archive.writestr(zipfile.ZipInfo(file_name or "x"), data)
    return content.getvalue()
