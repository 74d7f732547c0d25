"""What all training stages share: TensorFlow loaded quietly, one fast loop, counts of right answers."""
