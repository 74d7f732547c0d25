"""A trained model of the user's becomes a student: a tf_keras network with the same answers."""
