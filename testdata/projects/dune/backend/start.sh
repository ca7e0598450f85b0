#!/bin/sh
set -e
echo "starting on port ${PORT:-5000}"
exec poetry run gunicorn "dune:create_app()" --bind "0.0.0.0:${PORT:-5000}"
