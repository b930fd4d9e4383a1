"""`python -m cwfilter.ministack`: MiniStack's server, with AWS's matcher."""

import sys

from . import UnsupportedMiniStack, install


def main() -> None:
    if {"-d", "--detach"} & set(sys.argv[1:]):
        sys.exit("error: a detached server would be another process, with MiniStack's own matcher; run this one in the background")
    try:
        install()
    except UnsupportedMiniStack as error:
        sys.exit(f"error: {error}")
    from ministack.app import main as serve

    serve()


if __name__ == "__main__":
    main()
