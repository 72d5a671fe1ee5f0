"""Train: choose a model and a preset, see the cost, press Train, watch it learn."""

from fmnist_core.train_page import bin_list, live_view, page_params, run_dialogs, run_import, setup
from fmnist_core.ui import page

page.frame("Train", "Choose a model and a preset, press **Train**, and watch it learn.")

setup.draw_setup()
page_params.draw_link_warning()
bin_list.draw_undo()
live_view.draw_live_view()
bin_list.draw_bin()
run_dialogs.draw_dialog()
run_import.draw_dialog()
