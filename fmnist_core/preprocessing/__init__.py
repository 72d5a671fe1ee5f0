"""Turn photos and sketches into 28×28 images; read uploads safely."""
