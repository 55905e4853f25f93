"""What it costs: counted calls times list prices."""
