"""The picture that Explain opens with while the user has chosen none."""

from fmnist_core.explain_page import view_row
from fmnist_core.image_input import dataset_image, sources
from fmnist_core.ui import dataset_status, sticky_widgets

TEST_INDEX = 1719
"""A long coat whose heatmap lies on its opening: what makes it a coat.

The CNN for photos, with which the page opens, is right and 97% confident, and all of the heatmap
lies on the garment. It passes all checks of *Can I trust it?*: hiding its highlighted pixels costs
more than hiding others, and an untrained network gets another one.
Of ten such images it was chosen by eye.
`tests/unit/explain_page/test_first_image.py` checks that the choice holds.
"""
SYNTHETIC_LABEL, SYNTHETIC_SEED = 4, 56
"""The same without Fashion-MNIST: a synthetic garment, searched in the same way."""


def open_first_image() -> None:
    """Open the first picture, unless the page is already drawn, or a link or a drawing came."""
    if not sticky_widgets.is_first_render(view_row.VIEW_KEY) or not sources.is_untouched():
        return
    if dataset_status.is_available("fashion-mnist"):
        if dataset_image.selected_test_image()[0] is None:
            dataset_image.show_test_image(TEST_INDEX, "fashion-mnist")
        sources.open_source(sources.TEST_IMAGE)
    else:
        dataset_image.show_synthetic(SYNTHETIC_LABEL, SYNTHETIC_SEED)
        sources.open_source(sources.SYNTHETIC)
