"""From a graph of whole windows to one of hops: each computes what is new, rings of rows hold the rest."""
