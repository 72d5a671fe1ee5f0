"""All trials of a search as a table with links to their runs."""

import pandas as pd
import streamlit as st

from fmnist_core.search.searches import SearchProgress, SearchSpec
from fmnist_core.search_page import dimension_inputs
from fmnist_core.training.setting_texts import format_value


def draw_trials(spec: SearchSpec, progress: SearchProgress) -> None:
    """Draw the table, the most accurate trials first."""
    st.dataframe(
        pd.DataFrame(trial_rows(spec, progress)),
        hide_index=True,
        width="stretch",
        key="search-trials",
        column_config={
            "Accuracy": st.column_config.NumberColumn(
                "Validation accuracy", format="percent", help="The best of its epochs."
            ),
            "Run": st.column_config.LinkColumn("Run", display_text="Open"),
            "Time": st.column_config.NumberColumn("Time (s)", format="%.0f"),
        },
    )


def trial_rows(spec: SearchSpec, progress: SearchProgress) -> list[dict[str, object]]:
    """One row per trial, the most accurate first, those without a result last."""
    return [
        {
            "Trial": trial.number + 1,
            "Accuracy": trial.accuracy,
            **{
                dimension_inputs.field_title(one.field): (
                    format_value(one.field, trial.values[one.field], spec.recipe)
                    if one.field in trial.values
                    else ""
                )
                for one in spec.dimensions
            },
            "State": trial.state.value,
            "Epochs": trial.epochs,
            "Time": trial.seconds,
            "Run": f"train?run={trial.run}" if trial.run else None,
        }
        for trial in progress.ranked
    ]
