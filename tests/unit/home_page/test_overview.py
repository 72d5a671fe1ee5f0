"""The overview of models and their best results."""

from fmnist_core.home_page import overview
from fmnist_core.models.registry import MODELS
from fmnist_core.ui import run_list
from tests.factories import MakeRun


def test_best_run_is_shown_with_its_data_and_initial_weights(make_run: MakeRun) -> None:
    imagenet = "ImageNet (vit_tiny_patch16_224.augreg_in21k_ft_in1k)"
    make_run(run_id="a", finished=True, preset_key="vit-tiny", started_from=imagenet)
    make_run(run_id="b", finished=True, preset_key="cnn-deep", data="drawn")
    runs = [run for run in run_list.runs() if not run.is_example]
    assert overview.best_result_text("vit-tiny", runs) == "88.7%, from ImageNet"
    assert (
        overview.best_result_text("cnn-deep", runs) == "88.7% on synthetic garments, from scratch"
    )
    assert overview.best_result_text("mlp", runs) == ":gray[not trained yet]"


def test_both_columns_together_hold_every_model() -> None:
    families = overview.group_by_family()
    left, right = overview.split_families(families)
    assert left + right == list(families)
    assert sum(map(len, families.values())) == len(MODELS)
