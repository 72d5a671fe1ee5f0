"""Read the size of the pictures coded in an AVIF file, which may be larger than the file declares.

The decoder decodes whatever size the AV1 data have, and scales the result to the declared one. The
boxes are those of ISO/IEC 14496-12 and 23008-12 (HEIF), the sequence header that of section 5.5 of
the AV1 specification. Nothing is decoded.
"""

from collections.abc import Iterator

MAX_PARTS = 5000
"""Boxes, extents, or units of an item; a picture of many tiles has some dozens of each."""
SEQUENCE_HEADER = 1
"""Type of the open bitstream unit (OBU) that holds the size."""
ANIMATED_BRAND = b"avis"
DAMAGED, ABSURD = "damaged AVIF file", "absurd AVIF file"
Extent = tuple[int, int]
"""Start and end in the file."""


def is_animated(content: bytes) -> bool:
    """Whether the file is an image sequence, whose frames are not items."""
    return content[8:12] == ANIMATED_BRAND


def largest_picture(content: bytes) -> int:
    """Number of pixels, width times height, of the largest picture among a file's items.

    0 if there is none. Raises `SyntaxError`, as Pillow does, for a file that is damaged or absurd.
    """
    try:
        sizes = [
            size
            for extents in _item_extents(content)
            for size in _coded_sizes(b"".join(content[start:end] for start, end in extents))
        ]
    except IndexError as error:
        raise SyntaxError(DAMAGED) from error
    return max(sizes, default=0)


def _boxes(content: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield type, start and end of the body of each box."""
    for _ in range(MAX_PARTS):
        if start + 8 > end:
            return
        size, header = int.from_bytes(content[start : start + 4], "big"), 8
        if size == 1:
            size, header = int.from_bytes(content[start + 8 : start + 16], "big"), 16
        box_end = end if size == 0 else start + size
        if box_end < start + header or box_end > end:
            raise SyntaxError(DAMAGED)
        yield content[start + 4 : start + 8], start + header, box_end
        start = box_end
    raise SyntaxError(ABSURD)


def _item_extents(content: bytes) -> list[list[Extent]]:
    """Where each item of the file lies."""
    items: list[list[Extent]] = []
    for kind, start, end in _boxes(content, 0, len(content)):
        if kind != b"meta":
            continue
        children = {name: (first, last) for name, first, last in _boxes(content, start + 4, end)}
        data_start = children.get(b"idat", (0, 0))[0]
        if b"iloc" in children:
            items += _read_locations(content, *children[b"iloc"], data_start=data_start)
    if sum(end - start for extents in items for start, end in extents) > 2 * len(content):
        raise SyntaxError(ABSURD)
    return items


def _read_locations(
    content: bytes, start: int, end: int, *, data_start: int
) -> Iterator[list[Extent]]:
    """Yield the extents of each item in an `iloc` box."""
    num_parts = 0
    reader = _Reader(content[start:end])
    version, _ = reader.read(8), reader.read(24)
    offset_bits, length_bits, base_bits, index_bits = (8 * reader.read(4) for _ in range(4))
    for _ in range(reader.read(32 if version == 2 else 16)):
        reader.read(32 if version == 2 else 16)  # the item's number
        is_in_meta = version > 0 and reader.read(16) & 15 == 1
        reader.read(16)  # the number of the file
        base = reader.read(base_bits) + (data_start if is_in_meta else 0)
        extents = []
        num_extents = reader.read(16)
        num_parts += 1 + num_extents
        if num_parts > MAX_PARTS:
            raise SyntaxError(ABSURD)
        for _ in range(num_extents):
            if version > 0:
                reader.read(index_bits)
            offset, length = reader.read(offset_bits), reader.read(length_bits)
            first = min(base + offset, len(content))
            last = min(first + length, len(content)) if length else len(content)
            extents.append((first, last))
        yield extents


def _coded_sizes(item: bytes) -> Iterator[int]:
    """Yield the pixels of each sequence header in an item; none if it is not AV1 data."""
    position = 0
    for _ in range(MAX_PARTS):
        if position >= len(item):
            return
        header = item[position]
        kind, has_extension, has_size = header >> 3 & 15, header >> 2 & 1, header >> 1 & 1
        position += 1 + has_extension
        size = len(item) - position
        if header & 0x80:
            return  # no AV1 data
        if has_size:
            size, position = _read_leb128(item, position)
        if kind == SEQUENCE_HEADER:
            yield _picture_pixels(_Reader(item[position : position + size]))
        position += size
    raise SyntaxError(ABSURD)


def _read_leb128(data: bytes, position: int) -> tuple[int, int]:
    """A number in seven bits of each byte, and the position after it."""
    value = 0
    for index in range(8):
        byte = data[position + index] if position + index < len(data) else 0
        value |= (byte & 0x7F) << (7 * index)
        if not byte & 0x80:
            return value, position + index + 1
    return value, position + 8


def _picture_pixels(reader: "_Reader") -> int:
    """Width times height in a sequence header."""
    reader.read(3 + 1)  # profile, still picture
    if reader.read(1):  # a short header
        reader.read(5)
    else:
        _skip_operating_points(reader)
    width_bits, height_bits = reader.read(4) + 1, reader.read(4) + 1
    return (reader.read(width_bits) + 1) * (reader.read(height_bits) + 1)


def _skip_operating_points(reader: "_Reader") -> None:
    delay_bits = 0
    if reader.read(1):  # timing
        reader.read(64)
        if reader.read(1):
            reader.skip_exponential()
        if reader.read(1):  # decoder model
            delay_bits = reader.read(5) + 1
            reader.read(32 + 5 + 5)
    has_display_delay = reader.read(1)
    for _ in range(reader.read(5) + 1):
        reader.read(12)
        if reader.read(5) > 7:
            reader.read(1)
        if delay_bits and reader.read(1):
            reader.read(2 * delay_bits + 1)
        if has_display_delay and reader.read(1):
            reader.read(4)


class _Reader:
    """Reads numbers of any number of bits; beyond the end it raises `IndexError`."""

    def __init__(self, data: bytes) -> None:
        self.data, self.position = data, 0

    def read(self, num_bits: int) -> int:
        value = 0
        for position in range(self.position, self.position + num_bits):
            value = value << 1 | self.data[position >> 3] >> (7 - (position & 7)) & 1
        self.position += num_bits
        return value

    def skip_exponential(self) -> None:
        """Skip a number in Exp-Golomb coding."""
        zeros = 0
        while not self.read(1):
            zeros += 1
        self.read(min(zeros, 32))
