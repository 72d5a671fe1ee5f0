"""The catalog of models and their best results."""

import pytest

from fmnist_core.charts.palette import FAMILY_COLORS
from fmnist_core.home_page import model_catalog
from fmnist_core.models.registry import MODELS
from fmnist_core.training.presets import PRESETS
from fmnist_core.ui import run_list
from tests.factories import MakeRun


def test_best_run_is_shown_with_its_data_and_initial_weights(make_run: MakeRun) -> None:
    imagenet = "ImageNet (vit_tiny_patch16_224.augreg_in21k_ft_in1k)"
    make_run(run_id="a", finished=True, preset_key="vit-tiny", started_from=imagenet)
    make_run(run_id="b", finished=True, preset_key="cnn-deep", data="drawn")
    runs = [run for run in run_list.runs() if not run.is_example]
    assert model_catalog.best_result_text("vit-tiny", runs) == "88.7%, from ImageNet"
    assert (
        model_catalog.best_result_text("cnn-deep", runs)
        == "88.7% on synthetic garments, from scratch"
    )
    assert model_catalog.best_result_text("mlp", runs) == "not trained yet"


def test_a_run_on_real_photos_is_better_than_one_on_synthetic_garments(make_run: MakeRun) -> None:
    make_run(run_id="synthetic", finished=True, data="drawn")
    make_run(run_id="real", finished=True)
    runs = [run for run in run_list.runs() if not run.is_example]
    best = model_catalog.find_best_run("mlp", runs)
    assert best is not None
    assert best.id == "real"


@pytest.mark.parametrize("model", MODELS)
def test_every_model_has_a_color_and_a_preset_to_train_it_with(model: str) -> None:
    spec = MODELS[model]
    assert FAMILY_COLORS[spec.family] in model_catalog.model_html(spec, "90%")
    assert PRESETS[model_catalog.first_preset_key(model)].recipe.model == model
