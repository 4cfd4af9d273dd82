"""Charts as pictures whose Chinese text is right on a machine without Chinese fonts."""

from collab_sync.pictures.picture import Picture, name_of, png, svg

__all__ = ["Picture", "name_of", "png", "svg"]
