"""The ImageNet network's card as HTML."""

from fmnist_core.serving.imagenet import ImagenetClass
from fmnist_core.ui import imagenet_card

CLASSES = [
    ImagenetClass(name="jersey", synonyms="jersey, T-shirt, tee shirt", probability=0.412),
    ImagenetClass(name="<b>", synonyms='<b>, "quoted"', probability=0.03),
]


def test_card_has_a_bar_for_each_class_and_the_likeliest_above():
    html = imagenet_card.card_html(CLASSES)
    assert 'data-imagenet="jersey"' in html
    assert '<p class="class">jersey</p>' in html
    assert 'title="jersey, T-shirt, tee shirt" style="--share:41.2%"' in html
    assert "<span>41%</span>" in html
    assert html.count("--share") == 2


def test_names_are_escaped():
    html = imagenet_card.card_html(CLASSES)
    assert "<b>" not in html
    assert "&lt;b&gt;, &quot;quoted&quot;" in html
