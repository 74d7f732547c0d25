"""Folders of images, sounds and recordings: which file is of which class, group and split."""
