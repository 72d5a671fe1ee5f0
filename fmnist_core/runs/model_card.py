"""The Markdown files of an export: model card and preprocessing notes."""

from fmnist_core.data.datasets import DATASET_TITLES
from fmnist_core.data.input_spec import InputSpec
from fmnist_core.fashion_mnist import IMAGE_SIZE
from fmnist_core.runs.run import Run
from fmnist_core.training.recipe import flatten


def render_preprocessing(input_spec: InputSpec) -> str:
    """Explain which preprocessing the graph includes and which its input needs."""
    size = input_spec.size
    resize = (
        f"2. Enlarge to {size}×{size} pixels (bilinear, corners not aligned).\n"
        if size != IMAGE_SIZE
        else ""
    )
    channels = "one gray channel" if input_spec.channels == 1 else "three identical gray channels"
    mean, std = 255 * input_spec.mean, 255 * input_spec.std
    return f"""# Preprocessing

These steps are **inside the graph**; its input is raw pixels:

1. Subtract {mean:.3f} from each pixel (0 to 255) and divide by {std:.3f}.
{resize}{3 if resize else 2}. Convert to {channels}.

The input `images` is uint8 [N, 28, 28]: gray pixels from 0 (black) to 255 (white) as in
Fashion-MNIST, with a bright garment centered on black, its longer side filling the image. Photos
must be converted to this form first. The output `probabilities` is float32 [N, 10], in the order
of `classes.json`.
"""


def render_card(run: Run, check_text: str) -> str:
    """Model card (after Mitchell et al. 2019, arXiv:1810.03993)."""
    report, recipe = run.report(), run.recipe()
    warning = (
        "\n**Trained on synthetic garments, not on photos: these metrics say little about real "
        "garments.**\n"
        if report.data == "drawn"
        else ""
    )
    classes = "\n".join(
        f"| {row.name} | {row.precision:.1%} | {row.recall:.1%} | {row.f1:.3f} |"
        for row in report.classes
    )
    fields = "\n".join(f"- {name}: {value}" for name, value in flatten(recipe).items())
    return f"""# {recipe.spec.title}: {run.metadata().name}
{warning}
- Task: classify 28×28 grayscale images into ten kinds of garments
- Data: {DATASET_TITLES[report.data]}, {report.num_train:,} training images, \
{report.num_validation:,} validation images to choose the best epoch, \
{report.num_test:,} test images
- Initial weights: {report.started_from}
- Parameters: {report.parameters:,}; FLOPs per image: {report.flops_per_image:,}
- Trained for {report.epochs_done} epochs in {report.train_seconds:.0f} s on \
{report.environment.device}, finished {report.finished_at}
- Reference: {recipe.spec.reference}

## Test set

Accuracy {report.test_accuracy:.2%}, loss {report.test_loss:.4f}, macro F1 {report.macro_f1:.4f}.

| class | precision | recall | F1 |
| --- | --- | --- | --- |
{classes}

{check_text}

## Limits

The model knows only these ten classes and always predicts one of them. It often confuses shirts,
T-shirts, pullovers and coats. It was made for teaching, not for decisions about people.

## Recipe

{fields}
"""
