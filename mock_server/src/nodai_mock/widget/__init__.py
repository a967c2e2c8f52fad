"""The widget's built files and its demo page, served beside the API."""
