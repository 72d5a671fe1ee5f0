"""Recipes: validation messages, derived recipes, and the keys of recipe.json."""

import json

import pytest

from fmnist_core import paths
from fmnist_core.data.corruption import Corruption
from fmnist_core.errors import ModelError, RecipeError
from fmnist_core.training.distillation import Distillation
from fmnist_core.training.recipe import Recipe, allowed_values, field_info, field_names, flatten

RECIPE = Recipe.parse({"model": "mlp"})

INVALID = {
    "data": ("mnist", "one of fashion-mnist, drawn"),
    "train_images": (99, "a whole number from 100 to 60,000 or empty"),
    "weights": ("coco", "scratch, imagenet, or run: and the id of a run"),
    "keep_head": (3, "true or false"),
    "input_size": (27, "a whole number from 28 to 224 or empty"),
    "channels": (2, "one of 1, 3"),
    "statistics": ("mnist", "one of fashion-mnist, imagenet"),
    "head.widths": (1, "up to 4 comma-separated whole numbers from 2 to 4096"),
    "head.activation": ("tanh", "one of relu, silu, gelu"),
    "earlier_phases": (
        3,
        "up to 5 comma-separated phases, each with trainable layers, epochs, learning rate and "
        "schedule, such as 'head 5 0.001 cosine'",
    ),
    "trainable": (
        "last",
        "everything, head, or last and a number of layers, such as 'last 10'",
    ),
    "fixed_views": (0, "a whole number from 1 to 20 or empty"),
    "epochs": (0, "a whole number from 1 to 200"),
    "batch_size": (4, "a whole number from 8 to 8,192"),
    "optimiser": ("lion", "one of adamw, adam, sgd, muon"),
    "learning_rate": (0, "above 0 and at most 10"),
    "weight_decay": (1.5, "from 0 to 1"),
    "label_smoothing": (-0.1, "from 0 to 0.5"),
    "schedule": ("linear", "one of cosine, one-cycle, exponential, constant"),
    "dropout": (1, "from 0 to 0.9 or empty"),
    "patience": (0, "a whole number from 1 to 200 or empty"),
    "keep_epochs": ("often", "one of auto, always, never"),
    "precision": ("float16", "one of auto, float32, bfloat16"),
    "seed": (-1, "a whole number from 0 to 2,147,483,647"),
    "workers": (0, "a whole number from 1 to 32"),
    "device": ("tpu", "auto, cpu, cuda, cuda:0, cuda:1 and so on"),
    "augmentation.flip": ("always", "one of none, random, alternating"),
    "augmentation.rotation": (181, "from 0 to 180"),
    "augmentation.shift": (15, "a whole number from 0 to 14"),
    "augmentation.zoom": (0.6, "from 0 to 0.5"),
    "augmentation.erasing": (2, "from 0 to 1"),
    "augmentation.drawings": (-1, "from 0 to 1"),
    "augmentation.photo": (1.5, "from 0 to 1"),
    "corruption.label_noise": (2, "from 0 to 1"),
    "corruption.shortcut": (-0.5, "from 0 to 1"),
    "corruption.shortcut_class": (
        "Hat",
        "one of T-shirt/top, Trouser, Pullover, Dress, Coat, Sandal, Shirt, Sneaker, Bag, "
        "Ankle boot",
    ),
    "distillation.teacher": ("cnn-deep", "run: and the id of a run, such as run:cnn-deep"),
    "distillation.weight": (1.1, "from 0 to 1"),
    "distillation.temperature": (0.5, "from 1 to 20"),
}


def test_every_field_has_an_invalid_value_here():
    assert set(INVALID) | {"model"} == set(field_names())


@pytest.mark.parametrize("name", INVALID)
def test_invalid_value_is_rejected_with_what_is_allowed(name):
    value, allowed = INVALID[name]
    with pytest.raises(RecipeError) as caught:
        RECIPE.changed(**{name: value})
    assert str(caught.value) == f"{name} is {value!r}; it must be {allowed}."


@pytest.mark.parametrize("name", ["learning_rate", "weight_decay", "augmentation.rotation"])
@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_nan_and_infinity_are_rejected(name, value):
    with pytest.raises(RecipeError, match=f"^{name} is {value}; it must be "):
        RECIPE.changed(**{name: value})


def test_all_invalid_values_are_named():
    with pytest.raises(RecipeError, match=r"^epochs is 0; .*\. seed is 'x'; .*\.$"):
        RECIPE.changed(epochs=0, seed="x")


def test_unknown_model_is_rejected_with_the_known_keys():
    with pytest.raises(ModelError, match=r"^No model 'cn'\. Known: mlp, cnn"):
        RECIPE.changed(model="cn")
    with pytest.raises(RecipeError, match=r"^model is 3; it must be one of mlp, cnn"):
        RECIPE.changed(model=3)


def test_missing_model_is_named():
    with pytest.raises(RecipeError, match=r"^model is missing"):
        Recipe.parse({"epochs": 3})


@pytest.mark.parametrize("name", ["epoch", "augmentation.flips", "model.epochs"])
def test_unknown_field_is_rejected_with_the_known_names(name):
    with pytest.raises(RecipeError, match=rf"^No recipe field '{name}'\. Known: model, data"):
        RECIPE.changed(**{name: 3})


@pytest.mark.parametrize("name", ["epoch", "augmentation.flips", "epochs.flip"])
def test_unknown_field_has_no_allowed_values(name):
    with pytest.raises(RecipeError, match=f"^No recipe field '{name}'"):
        allowed_values(name)


@pytest.mark.parametrize("name", field_names())
def test_every_field_has_title_and_description(name):
    info = field_info(name)
    assert info.title
    assert info.description.endswith(".")
    assert allowed_values(name)


def test_keys_of_recipe_json_never_change():
    values = RECIPE.model_dump()
    assert " ".join(values) == (
        "model data train_images weights keep_head input_size channels statistics head "
        "earlier_phases trainable fixed_views epochs batch_size optimiser learning_rate "
        "weight_decay label_smoothing schedule dropout augmentation corruption distillation "
        "patience keep_epochs precision seed device workers"
    )
    assert list(values["head"]) == ["widths", "activation"]
    assert list(values["augmentation"]) == [
        "flip", "rotation", "shift", "zoom", "erasing", "drawings", "photo",
    ]  # fmt: skip
    assert list(values["corruption"]) == ["label_noise", "shortcut", "shortcut_class"]
    assert list(values["distillation"]) == ["teacher", "weight", "temperature"]
    assert list(json.loads(RECIPE.model_dump_json())) == list(values)


@pytest.mark.parametrize(
    "file",
    sorted(paths.checkpoints_folder().glob("*/recipe.json")),
    ids=lambda file: file.parent.name,
)
def test_recipe_file_of_a_shipped_model_round_trips(file):
    values = json.loads(file.read_text())
    written = Recipe.parse(values).model_dump(mode="json")
    augmentation = {"drawings": 0.0, "photo": 0.0, **values["augmentation"]}
    added_later = {
        "keep_epochs": "auto",
        "corruption": Corruption().model_dump(),
        "distillation": Distillation().model_dump(),
        "workers": 1,
    }
    assert written == added_later | values | {"augmentation": augmentation}


@pytest.mark.parametrize("name", ["optimiser", "optimizer"])
def test_optimizer_is_accepted_under_both_names(name):
    for recipe in (Recipe.parse({"model": "mlp", name: "sgd"}), RECIPE.changed(**{name: "sgd"})):
        assert recipe.optimizer == "sgd"
        assert flatten(recipe)["optimiser"] == "sgd"
    assert RECIPE.differences(recipe) == {"optimiser": ("adamw", "sgd")}
    assert field_info(name).title == "Optimizer"
    with pytest.raises(RecipeError, match=r"^optimiser is 'lion'; it must be one of adamw, adam"):
        Recipe.parse({"model": "mlp", name: "lion"})


def test_recipe_round_trips_through_json():
    recipe = RECIPE.changed(epochs=7, dropout=0.3, **{"augmentation.rotation": 12.5})
    assert Recipe.model_validate_json(recipe.model_dump_json()) == recipe


def test_recipe_is_frozen():
    with pytest.raises(ValueError, match="frozen"):
        RECIPE.epochs = 3


def test_changed_does_not_modify_the_original():
    changed = RECIPE.changed(epochs=9, **{"augmentation.flip": "random"})
    assert (changed.epochs, changed.augmentation.flip) == (9, "random")
    assert (RECIPE.epochs, RECIPE.augmentation.flip) == (5, "none")


def test_differences_name_both_values():
    changed = RECIPE.changed(epochs=9, **{"augmentation.flip": "random"})
    assert RECIPE.differences(changed) == {
        "epochs": (5, 9),
        "augmentation.flip": ("none", "random"),
    }
    assert RECIPE.differences(RECIPE) == {}


def test_flatten_has_every_field():
    assert tuple(sorted(flatten(RECIPE))) == tuple(sorted(field_names()))


@pytest.mark.parametrize(
    ("model", "size"), [("convnext-tiny", 28), ("mobilevit-xxs", 31), ("vit-tiny", 85)]
)
def test_input_size_that_does_not_suit_the_model_is_rejected(model, size):
    with pytest.raises(RecipeError, match=rf"^input_size is {size}; {model} "):
        Recipe.parse({"model": model, "input_size": size})


def test_imagenet_weights_for_a_model_without_them_are_rejected():
    with pytest.raises(RecipeError, match="there are no ImageNet weights for cnn"):
        Recipe.parse({"model": "cnn", "weights": "imagenet"})


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"workers": 5, "batch_size": 8}, "workers is 5, which share a batch of 8 images"),
        ({"workers": 2, "device": "cuda:1"}, "device is 'cuda:1', but 2 workers need one each"),
    ],
)
def test_workers_need_images_and_devices(changes, sentence):
    with pytest.raises(RecipeError, match=sentence):
        RECIPE.changed(**changes)
