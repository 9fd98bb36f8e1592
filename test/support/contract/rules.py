"""What the document cannot say."""
