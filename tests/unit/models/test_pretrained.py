"""ImageNet weights from a folder: as timm loads them, or a sentence that says why not."""

import pytest
import timm
import torch
from safetensors.torch import save_file

from fmnist_core.data.input_spec import InputSpec
from fmnist_core.errors import ModelError
from fmnist_core.models import pretrained_files
from fmnist_core.models.pretrained import load_imagenet_weights
from fmnist_core.models.registry import MODELS

SPEC = MODELS["mobilenetv3-small"]
NAME = SPEC.pretrained.name
FIRST = "conv_stem.weight"


@pytest.fixture(autouse=True)
def _offline(monkeypatch):
    monkeypatch.setattr(pretrained_files, "_hub_checks", {})
    monkeypatch.setattr(pretrained_files, "_query_hub", lambda _: False)
    monkeypatch.setattr(pretrained_files, "_is_downloaded", lambda _: False)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("FMNIST_WEIGHTS_DIR", str(tmp_path / "weights"))
    (tmp_path / "weights").mkdir()
    return tmp_path / "weights"


def weights_file(path, name=NAME):
    """What timm's file looks like, with weights of no training."""
    torch.manual_seed(3)
    tensors = timm.create_model(name, pretrained=False).state_dict()
    path.parent.mkdir(exist_ok=True)
    save_file({key: tensor.contiguous() for key, tensor in tensors.items()}, path)
    return tensors


@pytest.mark.parametrize(
    "place",
    [f"{NAME}.safetensors", f"{NAME}/model.safetensors", "mobilenetv3_small_100.safetensors"],
)
def test_three_colours_are_the_files_own(folder, place):
    theirs = weights_file(folder / place)
    ours, words = load_imagenet_weights(SPEC, InputSpec(channels=3))
    assert words == f"ImageNet ({NAME})"
    assert torch.equal(ours[f"backbone.{FIRST}"], theirs[FIRST])
    assert not any(name.startswith("head.") for name in ours)


def test_first_layer_is_folded_to_one_channel_by_summing_the_colours(folder):
    theirs = weights_file(folder / f"{NAME}.safetensors")
    ours, _ = load_imagenet_weights(SPEC, InputSpec())
    assert torch.allclose(ours[f"backbone.{FIRST}"], theirs[FIRST].sum(dim=1, keepdim=True))
    same = [name for name in theirs if f"backbone.{name}" in ours and name != FIRST]
    assert all(torch.equal(ours[f"backbone.{name}"], theirs[name]) for name in same)
    assert len(same) > 100


def test_transformer_at_another_size_and_patch(folder):
    spec = MODELS["vit-tiny"]
    weights_file(folder / f"{spec.pretrained.name}.safetensors", spec.pretrained.name)
    ours, _ = load_imagenet_weights(spec, InputSpec(size=28))
    assert ours["backbone.pos_embed"].shape == (1, 50, 192)
    assert ours["backbone.patch_embed.proj.weight"].shape == (192, 1, 4, 4)


def test_file_of_another_model_is_refused(folder):
    other = weights_file(folder / "other.safetensors", MODELS["efficientnet-b0"].pretrained.name)
    assert other
    (folder / "other.safetensors").rename(folder / f"{NAME}.safetensors")
    with pytest.raises(ModelError, match=r"is not the weights of MobileNetV3-Small: \d+ of \d+"):
        load_imagenet_weights(SPEC, InputSpec())


@pytest.mark.parametrize("length", [0, 7, 5000])
def test_truncated_file_is_refused(folder, length):
    file = folder / f"{NAME}.safetensors"
    weights_file(file)
    file.write_bytes(file.read_bytes()[:length])
    with pytest.raises(ModelError, match=r"cannot be loaded \(.*\)\. Get the file anew, or start"):
        load_imagenet_weights(SPEC, InputSpec())


def test_larger_file_with_other_shapes_is_refused(folder):
    tensors = weights_file(folder / f"{NAME}.safetensors")
    tensors["blocks.0.0.conv_pw.weight"] = torch.zeros(3, 3, 1, 1)
    save_file({k: v.contiguous() for k, v in tensors.items()}, folder / f"{NAME}.safetensors")
    with pytest.raises(ModelError, match="cannot be loaded"):
        load_imagenet_weights(SPEC, InputSpec())


def test_empty_folder_and_no_network(folder):
    with pytest.raises(ModelError) as caught:
        load_imagenet_weights(SPEC, InputSpec())
    assert str(caught.value) == (
        "The ImageNet weights of MobileNetV3-Small cannot be had here: huggingface.co does not "
        f"answer and {folder} holds no {NAME}.safetensors. Start from scratch, or put that file "
        "into a folder and name it in FMNIST_WEIGHTS_DIR."
    )


def test_no_folder_and_no_network(monkeypatch):
    monkeypatch.delenv("FMNIST_WEIGHTS_DIR", raising=False)
    assert "FMNIST_WEIGHTS_DIR names no folder with" in pretrained_files.availability_problem(SPEC)


def test_hub_is_asked_once_a_minute(monkeypatch):
    monkeypatch.delenv("FMNIST_WEIGHTS_DIR", raising=False)
    asked = []
    monkeypatch.setattr(pretrained_files, "_query_hub", lambda name: not asked.append(name))
    assert pretrained_files.availability_problem(SPEC) is None
    assert pretrained_files.availability_problem(SPEC) is None
    assert asked == [NAME]


def test_model_without_such_weights():
    assert pretrained_files.availability_problem(MODELS["cnn"]) == (
        "There are no ImageNet weights for CNN: start from scratch."
    )


@pytest.mark.parametrize("key", [key for key, spec in MODELS.items() if spec.pretrained])
def test_timm_knows_the_names(key):
    known = timm.models.get_pretrained_cfg(MODELS[key].pretrained.name)
    mean = sum(known.mean) / 3
    assert known.hf_hub_id == f"timm/{MODELS[key].pretrained.name}"
    assert MODELS[key].pretrained.mean == pytest.approx(mean, abs=1e-3)
    assert MODELS[key].pretrained.std == pytest.approx(sum(known.std) / 3, abs=1e-3)
