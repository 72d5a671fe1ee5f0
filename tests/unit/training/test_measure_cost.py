"""Measuring the cost of a recipe: FLOPs, time and memory."""

from fmnist_core.runs import zoo
from fmnist_core.training import cost_estimate, measure_cost
from fmnist_core.training.recipe import Recipe

RECIPE = Recipe(model="mlp", data="drawn", train_images=200, batch_size=64, precision="float32")


def test_flops_of_the_mlp_by_hand():
    assert measure_cost.flops_per_image(RECIPE) == 2 * (784 * 512 + 512 * 256 + 256 * 10)


def test_flops_count_the_products_of_attention():
    """Those of shipped reports: 12 blocks, 50 tokens, 192 features, two products of 2 FLOPs."""
    recipe = Recipe(model="vit-tiny")
    products = 12 * 4 * 50**2 * 192
    assert measure_cost.flops_per_image(recipe) == 531_146_496 + products
    assert zoo.get_checkpoint("vit-tiny").report().flops_per_image == 531_146_496 + products


def test_measured_estimate_is_stored_for_recipes_of_the_same_cost(tmp_path, monkeypatch):
    monkeypatch.setenv("FMNIST_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(measure_cost, "MEASURE_SECONDS", 0.1)
    measured = measure_cost.measure(RECIPE)
    cost_estimate.save_estimate(RECIPE, measured)
    assert cost_estimate.load_estimate(RECIPE.changed(epochs=9, learning_rate=0.5)) == measured
    assert cost_estimate.load_estimate(RECIPE.changed(batch_size=32)) is None


def test_more_epochs_cost_more(monkeypatch):
    monkeypatch.setattr(measure_cost, "MEASURE_SECONDS", 0.1)
    measured = measure_cost.measure(RECIPE)
    assert measured.total_seconds(RECIPE.changed(epochs=100)) > measured.total_seconds(RECIPE)
    assert measured.memory_bytes > 50_000_000
    assert measured.parameters == 535_818
