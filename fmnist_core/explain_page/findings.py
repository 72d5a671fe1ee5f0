"""What a heatmap shows, in sentences: the model's answer, and where the evidence for it lies."""

from fmnist_core.attribution import location, overlay
from fmnist_core.explain_page.compute import Explanation
from fmnist_core.fashion_mnist import CLASSES
from fmnist_core.image_input.input_image import InputImage


def headline(explanation: Explanation, image: InputImage) -> str:
    """`CNN says Coat, 94% sure, and that's right.`; for other classes, what is explained."""
    model, prediction = explanation.model, explanation.model.prediction
    if model.target is None or prediction.predicted is None or prediction.probabilities is None:
        return f"{model.name} gives no prediction."
    target = model.target
    explains_prediction = target.label == prediction.predicted and target.against is None
    if not explains_prediction or explanation.method.kind == "activation":
        return f"{model.name}: {explanation.caption or target.text}"
    text = f"{model.name} says {CLASSES[prediction.predicted]}, {prediction.confidence:.0%} sure"
    if image.accepted is None:
        return f"{text}."
    if prediction.predicted in image.accepted:
        return f"{text}, and that's right."
    if image.label is None:
        return f"{text}, and that's wrong: {image.truth}."
    return f"{text}, but it's {_with_article(CLASSES[image.label])}."


def _with_article(class_name: str) -> str:
    """`an Ankle boot`, `a Coat`; *Trouser* is one of the data set's own class names."""
    return f"{'an' if class_name[0] in 'AEIOU' else 'a'} {class_name}"


def evidence(explanation: Explanation, image: InputImage) -> str:
    """Where in the picture the evidence lies, or why there is no heatmap."""
    if explanation.heatmap is None or explanation.problem:
        return explanation.problem or ""
    weights = overlay.resample_to_pixels(explanation.heatmap.values)
    return location.describe(location.locate(weights, image.pixels), explanation.method.kind)
