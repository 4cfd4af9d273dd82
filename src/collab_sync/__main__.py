"""``python -m collab_sync``."""

from collab_sync.cli.main import main

if __name__ == "__main__":
    main()
