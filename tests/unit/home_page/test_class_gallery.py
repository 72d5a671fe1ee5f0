"""The gallery of the ten classes."""

from fmnist_core.fashion_mnist import CLASSES
from fmnist_core.home_page.class_gallery import gallery_html
from fmnist_core.synthetic.garments import draw_garment


def test_every_image_has_its_class_as_alternative_text() -> None:
    html = gallery_html([draw_garment(label, 0) for label in range(10)])
    assert all(f'alt="{name}"' in html for name in CLASSES)
