"""How to take a photo is drawn and said."""

from urllib.parse import unquote
from xml.etree import ElementTree

from fmnist_core.image_input import photo_guide


def test_two_drawings_with_a_sentence_each():
    figures = ElementTree.fromstring(photo_guide.guide_html().replace('alt="">', 'alt=""/>'))
    assert len(figures) == 2
    for figure in figures:
        image, caption = figure
        drawing = unquote(image.get("src").removeprefix("data:image/svg+xml,"))
        assert len(ElementTree.fromstring(drawing)) >= 4
        assert "".join(caption.itertext()).endswith(".")
