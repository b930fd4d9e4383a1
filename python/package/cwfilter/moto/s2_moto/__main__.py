"""`python -m cwfilter.moto [-p PORT]`: moto's server, with AWS's matcher. The arguments are those of `moto_server`."""

import sys

from . import UnsupportedMoto, install


def main() -> None:
    try:
        install()
        from moto.server import main as serve
    except UnsupportedMoto as error:
        sys.exit(f"error: {error}")
    except ImportError as error:
        sys.exit(f"error: {error}; pip install 'moto[server]'")
    serve(sys.argv[1:])


if __name__ == "__main__":
    main()
