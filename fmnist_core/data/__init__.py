"""Where images come from: sources, splits, drawn garments, augmentation."""
