"""Code that delivers to one kind of target; one file each."""
