"""From a photograph or a drawing to 28×28; safe reading of uploads."""
