"""The registry of the Data page's views; importing it loads none of them."""

from fmnist_core.ui.view import View, index_views

VIEWS = index_views(
    (
        View(
            key="browse",
            title="Browse",
            hint="Every image and its neighbors: those with similar pixels, and those that a model "
            "finds similar.",
            draw="fmnist_core.data_page.browse:draw_browse",
        ),
        View(
            key="classes",
            title="Classes",
            hint="What an average image of each class looks like, and what models get to see.",
            draw="fmnist_core.data_page.class_statistics:draw_classes",
        ),
        View(
            key="map",
            title="Map",
            hint="Thousands of images on one sheet: what is alike lies close together.",
            draw="fmnist_core.data_page.map_view:draw_map",
        ),
        View(
            key="labels",
            title="Label errors",
            hint="Images whose label may be wrong: the models agree on another class. Judge for "
            "yourself.",
            draw="fmnist_core.data_page.label_errors:draw_label_errors",
        ),
        View(
            key="augmentation",
            title="Augmentation",
            hint="What training can do to an image, so that a model never sees the same one twice.",
            draw="fmnist_core.data_page.augmentation:draw_augmentation",
        ),
    )
)
