"""Teachers that read texts: sentence encoders with a head that is trained here, and models of the user's."""
