"""Figures and progress carry their names and hints for screen readers."""

from fmnist_core.train_page.figures import Figure, figures_html, progress_html


def test_a_figure_is_a_term_and_its_value_with_the_hint() -> None:
    html = figures_html([Figure(label="Loss", value="<1", hint="Lower is better.", is_main=True)])
    assert "<dt>Loss</dt><dd>&lt;1<span" in html
    assert 'title="Lower is better."' in html
    assert "visually-hidden" in html


def test_the_bar_has_a_name_and_a_value() -> None:
    html = progress_html(0.25, "Training progress", text="Getting ready")
    assert 'role="progressbar" aria-label="Training progress"' in html
    assert 'aria-valuenow="25"' in html
    assert "<p>Getting ready</p>" in html
