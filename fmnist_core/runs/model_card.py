"""What goes with an exported model, in words: its card, and what happens to pixels."""

from fmnist_core.data.datasets import DATASET_TITLES
from fmnist_core.data.input_spec import InputSpec
from fmnist_core.fashion_mnist import IMAGE_SIZE
from fmnist_core.runs.run import Run
from fmnist_core.training.recipe import flatten


def write_preprocessing(input_spec: InputSpec) -> str:
    """What the graph does before the model, and what has to be done before the graph."""
    resized = (
        f"2. Enlarge to {input_spec.size}×{input_spec.size} pixels, bilinearly (corners not aligned).\n"
        if input_spec.size != IMAGE_SIZE
        else ""
    )
    colours = "one grey channel" if input_spec.channels == 1 else "the same grey in three channels"
    return f"""# Preprocessing

All of this is **inside the graph**; give it raw pixels:

1. Subtract {255 * input_spec.mean:.3f} from each pixel (0 to 255) and divide by {255 * input_spec.std:.3f}.
{resized}{3 if resized else 2}. Hand over as {colours}.

The input `images` is uint8 [N, 28, 28]: grey pixels, 0 black to 255 white, the garment bright on
black, centred, its longer side filling the picture, as Fashion-MNIST has them. A photograph has to
be brought into that form first. The output `probabilities` is float32 [N, 10], in the order of
`classes.json`.
"""


def write_card(run: Run, checked: str) -> str:
    """A model card (after Mitchell et al. 2019, arXiv:1810.03993)."""
    report, recipe = run.report(), run.recipe()
    drawn = (
        "\n**Trained on garments drawn by a program, not on photographs: its figures say little "
        "about real ones.**\n"
        if report.data == "drawn"
        else ""
    )
    classes = "\n".join(
        f"| {each.name} | {each.precision:.1%} | {each.recall:.1%} | {each.f1:.3f} |"
        for each in report.classes
    )
    fields = "\n".join(f"- {name}: {value}" for name, value in flatten(recipe).items())
    return f"""# {recipe.spec.title}: {run.metadata().name}
{drawn}
- Task: which of ten garments a 28×28 grey picture shows
- Data: {DATASET_TITLES[report.data]}, {report.num_train:,} images to learn from, \
{report.num_validation:,} to choose the best epoch, {report.num_test:,} to test once
- Started from: {report.started_from}
- Parameters: {report.parameters:,}; FLOPs per image: {report.flops_per_image:,}
- Trained for {report.epochs_done} epochs in {report.train_seconds:.0f} s on \
{report.environment.device}, finished {report.finished_at}
- Reference: {recipe.spec.reference}

## Test set

Accuracy {report.test_accuracy:.2%}, loss {report.test_loss:.4f}, macro F1 {report.macro_f1:.4f}.

| class | precision | recall | F1 |
| --- | --- | --- | --- |
{classes}

{checked}

## Limits

It knows ten classes and nothing else, and always answers with one of them. Shirts, T-shirts,
pullovers and coats are often taken for each other. It was made for teaching, not for decisions
about people.

## Recipe

{fields}
"""
