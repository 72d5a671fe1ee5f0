"""The Search page: set up a search, and see one in any state."""

import pytest
from streamlit.testing.v1 import AppTest

from fmnist_core.errors import RunError
from fmnist_core.search import searches
from fmnist_core.search.dimensions import usual_dimension
from fmnist_core.search.searches import (
    Search,
    SearchProgress,
    SearchSpec,
    SearchState,
    TrialResult,
    TrialState,
)
from fmnist_core.search_page import live_view, setup
from fmnist_core.training.presets import get_preset
from fmnist_core.ui import identity
from tests.apptest import open_page

pytestmark = pytest.mark.usefixtures("empty_lab")
RECIPE = get_preset("mlp-quick").recipe.changed(data="drawn")


@pytest.fixture(autouse=True)
def _no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searches, "_start_process", lambda _: None)


def make_search(*, owner: str = "", name: str = "Mine") -> Search:
    dimensions = tuple(usual_dimension(field, RECIPE) for field in ("dropout", "head.widths"))
    spec = SearchSpec(
        name=name, owner=owner, preset="mlp-quick", recipe=RECIPE, dimensions=dimensions, minutes=1
    )
    return searches.start_search(spec)


def trials(number: int) -> tuple[TrialResult, ...]:
    states = [*TrialState]
    return tuple(
        TrialResult(
            number=index,
            run=f"run-{index}",
            state=states[(index + 1) % len(states)],
            values={"dropout": 0.01 * index, "head.widths": "512, 256"},
            accuracy=0.5 + 0.001 * index if index else None,
            epochs=3,
            seconds=4.2,
        )
        for index in range(number)
    )


def search_page(**params: str) -> AppTest:
    return open_page("pages/search.py", **params)


def press(app: AppTest, label: str) -> None:
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception


def labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def test_without_a_search_the_page_says_what_one_does() -> None:
    app = search_page()
    assert "press **Start**" in app.info[0].value


def test_start_begins_a_search_with_what_is_chosen() -> None:
    app = search_page()
    app.toggle[0].set_value(True).run()
    app.text_input(key=setup.NAME).set_value("Friday").run()
    press(app, "Start")
    (search,) = searches.list_searches()
    spec = search.spec()
    assert (spec.name, spec.recipe.data, spec.minutes) == ("Friday", "drawn", 5)
    assert [one.field for one in spec.dimensions] == ["learning_rate", "dropout"]
    assert app.query_params["search"] == search.id


def test_nothing_to_search_is_said() -> None:
    app = search_page()
    app.toggle[0].set_value(True).run()
    app.button_group(key="search fields").set_value([]).run()
    press(app, "Start")
    assert "at least one" in app.error[0].value
    assert searches.list_searches() == []


@pytest.mark.parametrize("ended", ["", "time", "stopped", "error"])
@pytest.mark.parametrize("number", [0, 1, 7, 300])
def test_a_search_in_any_state_is_shown(ended: str, number: int) -> None:
    search = make_search()
    search.write_progress(
        SearchProgress.model_validate(
            {
                "trials": trials(number),
                "importances": {"dropout": 0.8, "head.widths": 0.2} if number > 6 else {},
                "seconds": 30.0,
                "ended": ended,
                "reason": "No more <b>today</b>.",
            }
        )
    )
    app = search_page(search=search.id)
    assert app.selectbox[-1].value == search.id
    assert bool(app.dataframe) == (number > 0)
    assert not app.exception


def test_a_running_search_can_be_stopped_and_a_stopped_one_resumed() -> None:
    search = make_search()
    with search.lock().acquire(timeout=1):
        app = search_page(search=search.id)
        press(app, "Stop")
        assert search.stop_file.exists()
    search.write_progress(SearchProgress(ended="stopped"))
    app = search_page(search=search.id)
    press(app, "Resume")
    assert search.state() is SearchState.STARTING


def test_others_cannot_stop_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identity, "is_teacher", lambda: False)
    for owner in ("somebody else", ""):
        search = make_search(owner=owner)
        app = search_page(search=search.id)
        assert "Stop" not in labels(app)
        assert not live_view.may_control(search.spec())
        with pytest.raises(RunError, match="Only its owner"):
            live_view.stop(search)


def test_a_damaged_search_is_said_and_others_are_shown() -> None:
    make_search(name="Whole")
    damaged = make_search()
    (damaged.path / "search.json").write_text("{")
    app = search_page(search=damaged.id)
    assert "damaged" in app.error[0].value
    assert any("Whole" in option for option in app.selectbox[-1].options)


def test_a_link_to_a_search_that_is_not_here_is_said() -> None:
    make_search()
    app = search_page(search="nosuch")
    assert "not on this machine" in app.warning[0].value
