"""Who may use the app: codes, attempts at them, and the signed values that a browser keeps."""
