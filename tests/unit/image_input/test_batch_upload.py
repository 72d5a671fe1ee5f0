"""A batch is predicted in parts, resumes where it was interrupted, and becomes rows of a table."""

import numpy as np
import pytest

from fmnist_core.errors import RunError
from fmnist_core.image_input import batch_upload
from fmnist_core.image_input.batch_upload import BatchJob
from fmnist_core.serving.batch import UploadPrediction

IMAGE = np.zeros((28, 28), dtype=np.uint8)
TOP = ((8, 0.875), (3, 0.1), (6, 0.02))


class UploadedFile:
    """A file as Streamlit's upload widget returns it."""

    def __init__(self, name, contents=b""):
        self.name, self.file_id, self._contents = name, f"id of {name}", contents

    def getvalue(self):
        return self._contents


def predicted(name, **fields):
    return UploadPrediction(name=name, thumbnail=IMAGE, image=IMAGE, top=TOP, **fields)


def test_row_shows_the_prediction_and_the_runners_up():
    row = batch_upload._table_row(predicted("a.png", is_unsure=True))
    assert row["File"] == "a.png"
    assert row["Prediction"] == "Bag (not sure)"
    assert row["Confidence"] == pytest.approx(87.5)
    assert row["Runners-up"] == "Dress 10%, Shirt 2%"


def test_row_is_marked_by_confidence_and_not_by_distance():
    row = batch_upload._table_row(predicted("a.png", is_ood=True))
    assert row["Prediction"] == "Bag"


def test_row_of_an_unreadable_image_shows_the_problem():
    row = batch_upload._table_row(UploadPrediction(name="no.png", error="no.png is damaged."))
    assert row["Problem"] == "no.png is damaged."
    assert "Prediction" not in row


def test_interrupted_job_resumes_where_it_was():
    asked = []

    def parts():
        for name in "abc":
            asked.append(name)
            yield [predicted(name)]

    job = BatchJob(run_id="cnn", parts=parts())
    batch_upload._finish(job, num_images=2)
    batch_upload._finish(job, num_images=3)
    assert asked == ["a", "b", "c"]
    assert [row["File"] for row in job.rows] == ["a", "b", "c"]


def test_job_that_fails_is_forgotten_and_starts_again(state, make_run, monkeypatch):
    from fmnist_core.runs.summary import summarize

    run = summarize(make_run(finished=True))
    attempts = []

    def fail(_, images):
        attempts.append(len(images))
        raise RunError("The weights are damaged.")

    monkeypatch.setattr(batch_upload, "_predict", fail)
    batch_upload.add_batch([UploadedFile("a.png", png()), UploadedFile("b.png", png())])
    for _ in range(2):
        assert batch_upload.draw_batch_table(run) is None
        assert state[batch_upload.BATCH_KEY].job is None
    assert attempts == [2, 2]


def png() -> bytes:
    import io

    from PIL import Image

    from fmnist_core.synthetic.garments import draw_garment_large

    file = io.BytesIO()
    Image.fromarray(255 - draw_garment_large(9, 4)).save(file, "PNG")
    return file.getvalue()


def test_same_files_keep_their_job_and_others_replace_it(state):
    files = [UploadedFile("a.png"), UploadedFile("b.png")]
    batch_upload.add_batch(files)
    first = state[batch_upload.BATCH_KEY]
    batch_upload.add_batch(files)
    assert state[batch_upload.BATCH_KEY] is first
    batch_upload.add_batch(files[:1])
    assert [picture.name for picture in state[batch_upload.BATCH_KEY].pictures] == ["a.png"]


def test_damaged_archive_is_no_batch():
    batch_upload.add_batch([UploadedFile("garments.zip", b"no archive")])
    assert not batch_upload.has_batch()


def test_forgotten_batch_is_gone(state):
    batch_upload.add_batch([UploadedFile("a.png")])
    assert batch_upload.has_batch()
    batch_upload.forget_batch()
    assert not batch_upload.has_batch()
    assert not state
