"""Reading several projects at once: ``task`` is what is read and stored, ``lane`` a thread that reads ahead.

``several`` runs lanes and stores what they bring; ``aside`` waits for a single answer without being held up by it."""
