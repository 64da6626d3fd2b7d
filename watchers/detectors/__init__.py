"""Turn records into findings; one file each."""
