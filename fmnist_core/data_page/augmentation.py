"""View: what each augmentation does to one image, by the code that training uses."""

import streamlit as st

from fmnist_core.data.augmentation import Augmentation
from fmnist_core.data.datasets import DatasetKey
from fmnist_core.data_page import images, state
from fmnist_core.data_page.augmentation_examples import amounts, augment_copies, usual_amount
from fmnist_core.data_page.image_tiles import Tile, draw_tiles
from fmnist_core.data_page.images import Garment
from fmnist_core.ui import sticky_widgets

NUM_EXAMPLES = 20
SEED_KEY = "augmentation seed"


def draw_augmentation(data: DatasetKey) -> None:
    """Draw the choice of a setting and its value, and what it makes of an image.

    Raises `DataError`.
    """
    with st.container(key="augmentation-row"):
        field = sticky_widgets.selectbox(
            "Augmentation", list(Augmentation.model_fields), key=state.key("change"),
            format_func=lambda name: str(Augmentation.model_fields[name].title),
        )  # fmt: skip
        value = _pick_amount(field)
        st.button(
            "Again", icon=":material/casino:", on_click=_next_seed,
            help="Training changes an image anew every time that it comes up.",
        )  # fmt: skip
    garment = _garment(data)
    augmentation = Augmentation.model_validate({field: value})
    with st.spinner("Loading torch …"):
        changed = augment_copies(
            garment.pixels, augmentation, count=NUM_EXAMPLES, seed=st.session_state.get(SEED_KEY, 1)
        )
    info = Augmentation.model_fields[field]
    st.markdown(f"**{info.title}: {value}**. {info.description}")
    with st.container(key="augmentation-body"):
        original, results = st.container(key="augmentation-image"), st.container()
    with original:
        st.header(garment.title, anchor=False)
        draw_tiles(
            garment.pixels[None], [Tile(id=0, title=garment.name)], key="original image",
            label="The image as it is", on_pick=lambda _: None, edge=180,
        )  # fmt: skip
        st.button("Another image", icon=":material/shuffle:", on_click=_another, args=(data,))
    with results:
        st.header("As a model may see it", anchor=False)
        tiles = [Tile(id=index, title=f"Example {index + 1}") for index in range(len(changed))]
        draw_tiles(
            changed, tiles, key="augmented images", label="Augmented images",
            on_pick=lambda _: None, edge=92,
        )  # fmt: skip
        st.caption(
            "A model that never sees the same picture twice cannot learn it by heart. Too much "
            "makes the garments hard to recognize, also for you."
        )


def _pick_amount(field: str) -> str:
    """Draw the slider of a setting; it begins at a usual value."""
    options = amounts(field)
    if state.get("amount") not in options:
        state.put(amount=usual_amount(field))
    title = str(Augmentation.model_fields[field].title)
    return sticky_widgets.select_slider(title, options, key=state.key("amount"))


def _garment(data: DatasetKey) -> Garment:
    """The image that is shown on Browse, else the first test image."""
    train = state.get("train")
    number = train if train is not None else state.get("test") or 0
    return images.load_garment(data, is_test=train is None, number=number)


def _next_seed() -> None:
    st.session_state[SEED_KEY] = st.session_state.get(SEED_KEY, 1) + 1


def _another(data: DatasetKey) -> None:
    count = len(images.load_split(data, "test").numbers)
    state.put(test=((state.get("test") or 0) + 1) % count, train=None)
