"""Figures as HTML."""

from fmnist_core.health_page.figures import Figure, figures_html


def test_text_is_escaped() -> None:
    html = figures_html([Figure(label="<b>", value="1 & 2", detail='"')])
    assert "&lt;b&gt;" in html
    assert "1 &amp; 2" in html
    assert "<i" not in html


def test_a_bar_stays_within_its_card_and_warns_when_it_is_nearly_full() -> None:
    over, low = (
        figures_html([Figure(label="", value="", detail="", fraction=fraction)])
        for fraction in (3.4, 0.25)
    )
    assert "width: 100.0%" in over
    assert "health-high" in over
    assert "width: 25.0%" in low
    assert "health-high" not in low
