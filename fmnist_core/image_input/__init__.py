"""Every way in which an image reaches Predict and Explain."""
