"""Health, for teachers: who trains, what the machine has left, and what has gone wrong."""

from fmnist_core.health_page import live_view, storage, teachers_only
from fmnist_core.ui import dataset_status, page

page.frame("Health", "Is the lab running well? Who trains, what the machine has left, what failed.")

teachers_only.require_teacher()
live_view.draw_live_view()
dataset_status.offer_download("fashion-mnist")
storage.draw_storage()
