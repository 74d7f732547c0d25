"""Several labels of a sample: data, losses, scores, teachers, firmware."""
