"""The registry of attribution methods; importing it loads no torch.

Class activation maps come from the library grad-cam; `heatmap.py` runs all methods.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from fmnist_core.errors import ModelError, unknown_key
from fmnist_core.models.registry import ModelSpec

MethodKind = Literal[
    "gradient", "activation", "perturbation", "guided", "input gradient", "occlusion"
]
"""What a heatmap is computed from: the gradients of a layer, its activations alone, the effect of
masking its channels; guided backpropagation; the gradient of the input; the effect of covering
parts of the image.
"""
LAYER_KINDS = ("gradient", "activation", "perturbation")
"""Kinds that use the feature maps of a layer."""


@dataclass(frozen=True, kw_only=True)
class Method:
    """An attribution method."""

    key: str
    title: str
    kind: MethodKind
    teaches: str
    """One sentence for students."""
    builder: str | None = None
    """The library's class as `module:name`; `None` for our own code."""
    reference: str

    @property
    def needs_layer(self) -> bool:
        return self.kind in LAYER_KINDS


_METHODS = (
    Method(
        key="gradcam",
        title="Grad-CAM",
        kind="gradient",
        teaches="Weights each feature map by how much it pushes the class score up, on average.",
        builder="pytorch_grad_cam:GradCAM",
        reference="Selvaraju et al. 2016, arXiv:1610.02391",
    ),
    Method(
        key="gradcam++",
        title="Grad-CAM++",
        kind="gradient",
        teaches="Like Grad-CAM, but gives more weight to pixels that raise the score: better when "
        "something appears several times in the image.",
        builder="pytorch_grad_cam:GradCAMPlusPlus",
        reference="Chattopadhay et al. 2017, arXiv:1710.11063",
    ),
    Method(
        key="hirescam",
        title="HiResCAM",
        kind="gradient",
        teaches="Multiplies gradient and activation at every position, without averaging: shows "
        "only what the model used.",
        builder="pytorch_grad_cam:HiResCAM",
        reference="Draelos and Carin 2020, arXiv:2011.08891",
    ),
    Method(
        key="layercam",
        title="LayerCAM",
        kind="gradient",
        teaches="Uses only gradients that support the class, at every position: gives detailed "
        "heatmaps from shallow layers.",
        builder="pytorch_grad_cam:LayerCAM",
        reference="Jiang et al. 2021, doi:10.1109/TIP.2021.3089943",
    ),
    Method(
        key="eigencam",
        title="EigenCAM",
        kind="activation",
        teaches="Shows what the feature maps have in common, regardless of class. It uses no "
        "gradient, so it cannot tell one class from another.",
        builder="pytorch_grad_cam:EigenCAM",
        reference="Muhammad and Yeasin 2020, arXiv:2008.00299",
    ),
    Method(
        key="scorecam",
        title="Score-CAM",
        kind="perturbation",
        teaches="Masks the image with each feature map in turn, and weights the map by the class "
        "score that results.",
        builder="pytorch_grad_cam:ScoreCAM",
        reference="Wang et al. 2019, arXiv:1910.01279",
    ),
    Method(
        key="ablationcam",
        title="Ablation-CAM",
        kind="perturbation",
        teaches="Switches off each feature map in turn, and weights it by how far the class score "
        "drops.",
        builder="pytorch_grad_cam:AblationCAM",
        reference="Desai and Ramaswamy 2020, doi:10.1109/WACV45572.2020.9093360",
    ),
    Method(
        key="guided",
        title="Guided backpropagation",
        kind="guided",
        teaches="The gradient of the input pixels, passed back only through active units and only "
        "where it is positive. Sharp, but it looks much the same whatever the model has learned.",
        builder="pytorch_grad_cam:GuidedBackpropReLUModel",
        reference="Springenberg et al. 2014, arXiv:1412.6806",
    ),
    Method(
        key="input-gradient",
        title="Input gradient",
        kind="input gradient",
        teaches="Shows how strongly the class score reacts to a change in each pixel.",
        reference="Simonyan, Vedaldi, Zisserman 2013, arXiv:1312.6034",
    ),
    Method(
        key="occlusion",
        title="Occlusion",
        kind="occlusion",
        teaches="Covers the image patch by patch, and marks where the class score drops.",
        reference="Zeiler and Fergus 2013, arXiv:1311.2901",
    ),
)
METHODS: Mapping[str, Method] = MappingProxyType({method.key: method for method in _METHODS})


def get_method(key: str) -> Method:
    """Return the method of `key`; raises `ModelError` naming the known ones."""
    try:
        return METHODS[key]
    except KeyError:
        raise unknown_key(ModelError, "method", key, METHODS) from None


def supported_methods(spec: ModelSpec) -> list[Method]:
    """Return the methods for a model; without feature maps, only those that need no layer.

    Guided backpropagation also needs ReLU units, which only the built module can tell.
    """
    return [method for method in _METHODS if spec.has_feature_maps or not method.needs_layer]
