"""Micro-batches add up to the whole batch, and are cut to fit what memory there is."""

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


def gradients(recipe, data, *, micro_batch, num_images):
    state = TrainingState(recipe, DeviceData(data, CPU), precision="float32")
    state.micro_batch = micro_batch
    state.optimisers = []
    train_step(state, state.data.train_images[:num_images], state.data.train_labels[:num_images])
    return [each.grad for each in state.model.parameters()], state.totals


@pytest.mark.parametrize(
    ("model", "micro_batch"), [("mlp", 1), ("mlp", 4), ("mlp", 7), ("convnext-tiny", 4)]
)
def test_micro_batches_add_up_to_the_whole(small_dataset, model, micro_batch):
    recipe = RECIPE.changed(model=model)
    whole, figures = gradients(recipe, small_dataset, micro_batch=10, num_images=10)
    parts, same_figures = gradients(recipe, small_dataset, micro_batch=micro_batch, num_images=10)
    assert torch.allclose(figures, same_figures, atol=1e-5)
    for one, other in zip(whole, parts, strict=True):
        assert torch.allclose(one, other, atol=1e-5 + 1e-3 * float(one.abs().max()))


def test_a_whole_batch_goes_through_at_once_where_it_fits(small_dataset):
    started = next(fit(RECIPE, small_dataset))
    assert started.micro_batch == 32


def test_artificial_limit_cuts_the_batch_and_training_finishes(small_dataset, monkeypatch):
    recipe = RECIPE.changed(model="mobilenetv3-small", input_size=112)
    needs = []
    measure = memory.measure_memory
    monkeypatch.setattr(
        memory, "measure_memory", lambda *a, **k: needs.append(measure(*a, **k)) or needs[-1]
    )
    monkeypatch.setattr(memory, "free_bytes", lambda _: needs[-1].peak(9) if needs else 10**12)
    first = next(fit(recipe, small_dataset))
    events = list(fit(recipe, small_dataset))
    assert (first.micro_batch, events[0].micro_batch) == (32, 8)
    assert isinstance(events[-1], FitResult)


def test_limit_counts_what_the_process_holds_already(monkeypatch):
    monkeypatch.setenv(MEMORY_LIMIT, "900 GB")
    assert 700e9 < memory.free_bytes(CPU) < 810e9
    monkeypatch.setenv(MEMORY_LIMIT, "1MB")
    assert memory.free_bytes(CPU) < 0


@pytest.mark.parametrize("text", ["much", "-3 GB", "3 TB", "2,5 GB"])
def test_limit_that_is_no_size_is_refused(monkeypatch, text):
    monkeypatch.setenv(MEMORY_LIMIT, text)
    with pytest.raises(RecipeError, match=r"^FMNIST_MEMORY_LIMIT is .* such as 800 MB or 2 GB\.$"):
        memory.free_bytes(CPU)


def test_container_limit_counts(tmp_path, monkeypatch):
    monkeypatch.setattr(memory, "CGROUP", tmp_path)
    (tmp_path / "memory.max").write_text("3000000\n")
    (tmp_path / "memory.current").write_text("1000000\n")
    assert memory.free_bytes(CPU) == int(memory.FREE_MEMORY_FRACTION * 2_000_000)


@pytest.mark.parametrize(("free", "size"), [(1000, 64), (355, 32), (164, 16), (108, 2)])
def test_largest_part_that_fits(free, size):
    need = MemoryModel(fixed=100, per_image=4, snapshot=8)
    recipe = RECIPE.changed(batch_size=64)
    assert memory.micro_batch_size(need, recipe, batch_size=64, free=free) == size


def test_what_would_fit_is_said_and_fits():
    recipe = RECIPE.changed(model="resnet50", input_size=224)
    need = MemoryModel(fixed=1e8, per_image=4e7, snapshot=0)
    with pytest.raises(RecipeError, match="It would fit at input_size") as caught:
        memory.micro_batch_size(need, recipe, batch_size=16, free=int(1.5e8))
    size = int(str(caught.value).split()[-1].rstrip("."))
    assert need.peak(2, scale=size / 224) <= 1.5e8 < need.peak(2, scale=(size + 1) / 224)


def test_where_nothing_fits_a_smaller_model_is_named():
    need = MemoryModel(fixed=1e9, per_image=1e6, snapshot=0)
    with pytest.raises(RecipeError, match="choose a smaller model, such as CNN-lite"):
        memory.micro_batch_size(need, RECIPE, batch_size=16, free=10**8)


def test_measuring_changes_nothing(small_dataset):
    state = TrainingState(
        RECIPE.changed(model="cnn"), DeviceData(small_dataset, CPU), precision="float32"
    )
    before = {name: tensor.clone() for name, tensor in state.model.state_dict().items()}
    loop.fit_into_memory(state)
    after = state.model.state_dict()
    assert all(torch.equal(before[name], after[name]) for name in before)
    assert all(each.grad is None for each in state.model.parameters())


def test_larger_inputs_need_more():
    def need(size):
        recipe = RECIPE.changed(model="cnn", input_size=size)
        model = recipe.spec.build(input_size=size)
        return memory.measure_memory(
            model, recipe, torch.zeros(4, 1, size, size), precision="float32"
        )

    assert need(56).per_image == pytest.approx(4 * need(28).per_image, rel=0.1)


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory."),
        RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes"),
        MemoryError(),
    ],
)
def test_out_of_memory_halves_and_goes_on(small_dataset, monkeypatch, error):
    step, errors = loop.train_step, [error, error]

    def failing(state, images, labels):
        if errors:
            raise errors.pop()
        step(state, images, labels)

    monkeypatch.setattr(loop, "train_step", failing)
    events = list(fit(RECIPE, small_dataset))
    told = [event.message for event in events if isinstance(event, TrainingWarning)]
    assert [words.split()[6] for words in told] == ["16", "8"]
    assert isinstance(events[-1], FitResult)


def test_other_errors_are_not_taken_for_it(small_dataset, monkeypatch):
    def broken(*_):
        raise RuntimeError("mat1 and mat2 shapes cannot be multiplied")

    monkeypatch.setattr(loop, "train_step", broken)
    with pytest.raises(RuntimeError, match="mat1"):
        list(fit(RECIPE, small_dataset))


def test_started_says_how_many_at_a_time(small_dataset):
    assert (
        next(
            event for event in fit(RECIPE, small_dataset) if isinstance(event, Started)
        ).micro_batch
        == 32
    )
