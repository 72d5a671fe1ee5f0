"""The test set "Real photographs": 300 phone photographs of clothes, shipped with the package.

A sample of Alexey Grigorev's clothing dataset (small), CC0 1.0; see photographs/README.md. The
class of a photograph is not always one of the ten: a jacket may pass as a pullover or as a coat,
and a hat is none of them.
"""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

import numpy as np
from PIL import Image

from fmnist_core.errors import DataError

TITLE = "Real photographs"
FOLDER = Path(__file__).resolve().parent / "photographs"
LABELS_FILE = FOLDER / "labels.csv"
THANKS = (
    "Photographs: Alexey Grigorev's clothing dataset (CC0 1.0). Thanks to him and to the 32 people "
    "who photographed their clothes."
)
COUNTING_RULE = (
    "Where several classes are right, each counts: Pullover or Coat for jackets and coats (in the "
    "row Coat), Pullover or Shirt for long-sleeved tops (row Pullover), Sandal, Sneaker or Ankle "
    "boot for shoes (row Sneaker). Hats, shorts and skirts are none of the ten and left out."
)
GARMENT_TITLES: Mapping[str, str] = MappingProxyType(
    {
        "t-shirt": "T-shirt",
        "longsleeve": "Long-sleeved top",
        "shirt": "Shirt",
        "outwear": "Jacket or coat",
        "dress": "Dress",
        "pants": "Trousers",
        "shoes": "Shoes",
        "hat": "Hat",
        "shorts": "Shorts",
        "skirt": "Skirt",
    }
)
"""What the labels call a garment, and what pages call it."""
GARMENT_PLURALS: Mapping[str, str] = MappingProxyType(
    {
        "t-shirt": "T-shirts",
        "longsleeve": "Long-sleeved tops",
        "shirt": "Shirts",
        "outwear": "Jackets and coats",
        "dress": "Dresses",
        "pants": "Trousers",
        "shoes": "Shoes",
        "hat": "Hats",
        "shorts": "Shorts",
        "skirt": "Skirts",
    }
)
ROW_CLASSES: Mapping[str, int] = MappingProxyType({"outwear": 4, "longsleeve": 2, "shoes": 7})
"""Of garments for which several classes are right: the class under which they are counted."""


@dataclass(frozen=True, kw_only=True)
class RealPhotograph:
    """One photograph with its label; the image is read on request."""

    index: int
    """Its number in the test set."""
    file: Path
    garment: str
    """A key of `GARMENT_TITLES`."""
    accepted: tuple[int, ...]
    """The classes that count as right; empty if it is none of the ten."""

    @property
    def title(self) -> str:
        return GARMENT_TITLES[self.garment]

    @property
    def label(self) -> int | None:
        """The class under which it is counted; `None` if it is none of the ten."""
        return ROW_CLASSES.get(self.garment, self.accepted[0]) if self.accepted else None

    def read_bytes(self) -> bytes:
        """Read the JPEG file; raises `DataError`."""
        try:
            return self.file.read_bytes()
        except OSError as error:
            raise DataError(f"{self.file.name} cannot be read ({error}).") from error

    def read(self) -> np.ndarray:
        """Decode it, RGB uint8 [H, W, 3], at most 256 pixels on each edge; raises `DataError`."""
        try:
            return np.asarray(Image.open(io.BytesIO(self.read_bytes())).convert("RGB"))
        except OSError as error:
            raise DataError(f"{self.file.name} is not an image: {error}.") from error


@cache
def load_photographs() -> tuple[RealPhotograph, ...]:
    """List the 300 photographs in the order of their numbers; raises `DataError`."""
    try:
        with LABELS_FILE.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
    except OSError as error:
        raise DataError(f"The real photographs are missing from this copy ({error}).") from error
    return tuple(
        RealPhotograph(
            index=index,
            file=FOLDER / row["file"],
            garment=row["garment"],
            accepted=tuple(int(label) for label in row["accepted"].split("|") if label),
        )
        for index, row in enumerate(rows)
    )


def known_photographs() -> tuple[RealPhotograph, ...]:
    """The photographs that have a right class."""
    return tuple(photograph for photograph in load_photographs() if photograph.accepted)
