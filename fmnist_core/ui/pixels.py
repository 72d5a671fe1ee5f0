"""Small pictures inside HTML."""

import base64
import io

import numpy as np
from PIL import Image


def data_url(picture: np.ndarray) -> str:
    """A PNG of a picture uint8 [H, W] or [H, W, 3], as an address that an `img` takes."""
    file = io.BytesIO()
    Image.fromarray(picture).save(file, format="PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()
