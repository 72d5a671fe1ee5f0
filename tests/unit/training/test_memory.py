"""Micro-batches give the gradients of the whole batch, and their size fits into memory."""

import re

import pytest
import torch

from fmnist_core.errors import RecipeError
from fmnist_core.training import loop, memory
from fmnist_core.training.batches import DeviceData
from fmnist_core.training.cost_estimate import MEMORY_LIMIT
from fmnist_core.training.events import FitResult, Started, TrainingWarning
from fmnist_core.training.loop import fit, train_step
from fmnist_core.training.memory import MemoryModel
from fmnist_core.training.recipe import Recipe
from fmnist_core.training.state import TrainingState

CPU = torch.device("cpu")
RECIPE = Recipe.parse(
    {
        "model": "mlp",
        "data": "drawn",
        "dropout": 0.0,
        "epochs": 1,
        "batch_size": 32,
        "label_smoothing": 0.1,
        "precision": "float32",
        "device": "cpu",
    }
)


def gradients_and_metrics(recipe, data, *, micro_batch_size, num_images):
    state = TrainingState(recipe, DeviceData(data, CPU), precision="float32")
    state.micro_batch_size = micro_batch_size
    state.optimizers = []
    train_step(state, state.data.train_images[:num_images], state.data.train_labels[:num_images])
    return [weight.grad for weight in state.model.parameters()], state.epoch_sums


@pytest.mark.parametrize(
    ("model", "micro_batch_size"), [("mlp", 1), ("mlp", 4), ("mlp", 7), ("convnext-tiny", 4)]
)
def test_micro_batches_add_up_to_the_whole_batch(small_dataset, model, micro_batch_size):
    recipe = RECIPE.changed(model=model)
    expected, expected_metrics = gradients_and_metrics(
        recipe, small_dataset, micro_batch_size=10, num_images=10
    )
    gradients, metrics = gradients_and_metrics(
        recipe, small_dataset, micro_batch_size=micro_batch_size, num_images=10
    )
    assert torch.allclose(metrics, expected_metrics, atol=1e-5)
    for gradient, expected_gradient in zip(gradients, expected, strict=True):
        tolerance = 1e-5 + 1e-3 * float(expected_gradient.abs().max())
        assert torch.allclose(gradient, expected_gradient, atol=tolerance)


def test_batch_that_fits_is_not_split(small_dataset):
    started = next(fit(RECIPE, small_dataset))
    assert started.micro_batch == 32


def test_batch_that_does_not_fit_is_split_and_training_finishes(small_dataset, monkeypatch):
    recipe = RECIPE.changed(model="mobilenetv3-small", input_size=112)
    memory_models = []
    measure = memory.measure_memory

    def recording_measure(*arguments, **options):
        memory_models.append(measure(*arguments, **options))
        return memory_models[-1]

    def free_bytes(_):
        return memory_models[-1].peak(9) if memory_models else 10**12

    monkeypatch.setattr(memory, "measure_memory", recording_measure)
    monkeypatch.setattr(memory, "free_bytes", free_bytes)
    first = next(fit(recipe, small_dataset))
    events = list(fit(recipe, small_dataset))
    assert (first.micro_batch, events[0].micro_batch) == (32, 8)
    assert isinstance(events[-1], FitResult)


def test_limit_includes_memory_the_process_already_uses(monkeypatch):
    monkeypatch.setenv(MEMORY_LIMIT, "900 GB")
    assert 700e9 < memory.free_bytes(CPU) < 810e9
    monkeypatch.setenv(MEMORY_LIMIT, "1MB")
    assert memory.free_bytes(CPU) < 0


@pytest.mark.parametrize("text", ["much", "-3 GB", "3 TB", "2,5 GB"])
def test_limit_that_is_not_a_size_is_rejected(monkeypatch, text):
    monkeypatch.setenv(MEMORY_LIMIT, text)
    with pytest.raises(RecipeError, match=r"^FMNIST_MEMORY_LIMIT is .* such as 800 MB or 2 GB\.$"):
        memory.free_bytes(CPU)


def test_container_limit_is_respected(tmp_path, monkeypatch):
    monkeypatch.setattr(memory, "CGROUP", tmp_path)
    (tmp_path / "memory.max").write_text("3000000\n")
    (tmp_path / "memory.current").write_text("1000000\n")
    assert memory.free_bytes(CPU) == int(memory.FREE_MEMORY_FRACTION * 2_000_000)


@pytest.mark.parametrize(("free", "size"), [(1000, 64), (355, 32), (164, 16), (108, 2)])
def test_largest_micro_batch_that_fits(free, size):
    memory_model = MemoryModel(fixed=100, per_image=4, snapshot=8)
    recipe = RECIPE.changed(batch_size=64)
    assert memory.micro_batch_size(memory_model, recipe, batch_size=64, free=free) == size


def test_error_names_the_largest_input_size_that_fits():
    recipe = RECIPE.changed(model="resnet50", input_size=224)
    memory_model = MemoryModel(fixed=1e8, per_image=4e7, snapshot=0)
    with pytest.raises(RecipeError, match="It would fit at input_size") as caught:
        memory.micro_batch_size(memory_model, recipe, batch_size=16, free=int(1.5e8))
    size = int(str(caught.value).split()[-1].rstrip("."))
    assert (
        memory_model.peak(2, scale=size / 224)
        <= 1.5e8
        < memory_model.peak(2, scale=(size + 1) / 224)
    )


def test_error_names_a_smaller_model_if_no_input_size_fits():
    memory_model = MemoryModel(fixed=1e9, per_image=1e6, snapshot=0)
    with pytest.raises(RecipeError, match="choose a smaller model, such as CNN-lite"):
        memory.micro_batch_size(memory_model, RECIPE, batch_size=16, free=10**8)


def test_measuring_memory_does_not_change_the_model(small_dataset):
    state = TrainingState(
        RECIPE.changed(model="cnn"), DeviceData(small_dataset, CPU), precision="float32"
    )
    before = {name: tensor.clone() for name, tensor in state.model.state_dict().items()}
    loop.fit_into_memory(state)
    after = state.model.state_dict()
    assert all(torch.equal(before[name], after[name]) for name in before)
    assert all(weight.grad is None for weight in state.model.parameters())


def test_memory_per_image_grows_with_the_input_size():
    def measure(size):
        recipe = RECIPE.changed(model="cnn", input_size=size)
        model = recipe.spec.build(input_size=size)
        return memory.measure_memory(
            model, recipe, torch.zeros(4, 1, size, size), precision="float32"
        )

    assert measure(56).per_image == pytest.approx(4 * measure(28).per_image, rel=0.1)


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory."),
        RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes"),
        MemoryError(),
    ],
)
def test_running_out_of_memory_halves_the_micro_batch(small_dataset, monkeypatch, error):
    step, errors = loop.train_step, [error, error]

    def failing(state, images, labels):
        if errors:
            raise errors.pop()
        step(state, images, labels)

    monkeypatch.setattr(loop, "train_step", failing)
    events = list(fit(RECIPE, small_dataset))
    messages = [event.message for event in events if isinstance(event, TrainingWarning)]
    assert [re.search(r"(\d+) images at a time", message)[1] for message in messages] == ["16", "8"]
    assert isinstance(events[-1], FitResult)


def test_other_errors_are_not_caught(small_dataset, monkeypatch):
    def broken(*_):
        raise RuntimeError("mat1 and mat2 shapes cannot be multiplied")

    monkeypatch.setattr(loop, "train_step", broken)
    with pytest.raises(RuntimeError, match="mat1"):
        list(fit(RECIPE, small_dataset))


def test_started_event_has_the_micro_batch_size(small_dataset):
    assert (
        next(
            event for event in fit(RECIPE, small_dataset) if isinstance(event, Started)
        ).micro_batch
        == 32
    )


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (torch.OutOfMemoryError("CUDA out of memory"), "The GPU ran out of memory"),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory"), "Memory ran out"),
        (MemoryError(), "Memory ran out"),
    ],
)
def test_each_kind_of_memory_that_runs_out_is_named(error, text):
    assert memory.describe_out_of_memory(error).startswith(text)
    assert memory.describe_out_of_memory(KeyError("memory")) is None
