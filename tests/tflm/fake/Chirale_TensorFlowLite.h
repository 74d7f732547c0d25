/* As the libraries of Arduino have one: it makes their sources part of the build. */
