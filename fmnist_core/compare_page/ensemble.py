"""Together: the picked models' averaged answer, and what none of them can."""

from fmnist_core.compare_page import image_cards, image_gallery, render
from fmnist_core.compare_page.blocks import Block, Gallery, Paragraph, Table
from fmnist_core.evaluation.ensemble import misclassified_by_all, soft_vote
from fmnist_core.evaluation.significance import mcnemar_test
from fmnist_core.formatting import escape_markdown, pluralize
from fmnist_core.runs.comparison import Comparison

AVERAGE = "All of them, averaged"
HINT = (
    "The surest mistakes first. Look at the labels: some of these images are mislabelled, and no "
    "model can be blamed for that."
)
IN_REPORT = 12


def show(contest: Comparison) -> None:
    """The table, then the images page by page."""
    render.show(_together(contest), key="together")
    found = misclassified_by_all(contest.probabilities, contest.labels)
    title = f"Wrong for all of them: {pluralize(len(found), 'image')}"
    image_gallery.show(contest, found, title=title, hint=HINT, key="wrong for all")


def report(contest: Comparison) -> list[Block]:
    """The table and the first few images."""
    found = misclassified_by_all(contest.probabilities, contest.labels)
    images, _ = image_gallery.images_of(contest)
    made = image_cards.cards(contest, found[:IN_REPORT], images)
    title = f"Wrong for all of them: {pluralize(len(found), 'image')}"
    return [*_together(contest), Gallery(title=title, hint=HINT, cards=made)]


def _together(contest: Comparison) -> list[Block]:
    answers = soft_vote(contest.probabilities).argmax(axis=1)
    accuracy = float((answers == contest.labels).mean())
    best = int(contest.accuracies.argmax())
    name = escape_markdown(contest.names[best])
    found = mcnemar_test(contest.labels, answers, contest.predictions[best])
    points = f"{100 * abs(found.difference):.2f} points"
    if found.difference > 0:
        words = f"Averaged, they are {points} better than **{name}**, the best of them"
    elif found.difference < 0:
        words = f"Averaged, they are {points} worse than **{name}**, the best of them"
    else:
        words = f"Averaged, they are exactly as good as **{name}**, the best of them"
    certainty = "" if found.real or not found.difference else ", which may well be chance"
    rows = [
        {"Run": name, "Accuracy": float(accuracy)}
        for name, accuracy in zip(contest.names, contest.accuracies, strict=True)
    ]
    rows.append({"Run": AVERAGE, "Accuracy": accuracy})
    return [
        Paragraph(
            text=f"{words}{certainty} (exact McNemar test, p = {found.p_value:.2g}).",
            kind="finding",
        ),
        Table(
            title="Alone and together",
            columns={"Run": "text", "Accuracy": "percent"},
            rows=rows,
            hint="The mean of their probabilities decides (a soft vote).",
        ),
    ]
