"""Image sources of the Predict and Explain pages: draw, upload, camera, test images."""
