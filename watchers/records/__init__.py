"""What one record says: fields, severity and time."""
